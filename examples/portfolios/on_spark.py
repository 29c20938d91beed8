"""Chunks of a portfolio's run by Spark's Arrow functions."""

from collections.abc import Iterator

from pyarrow import RecordBatch
from pyspark.sql import SparkSession

from dunning_sdk import Engine
from dunning_sdk.bulk import running, tasks
from dunning_sdk.bulk.chunks import RunRecord


def run(spark: SparkSession, engine: Engine, record: RunRecord, config: str) -> RunRecord:
    """Have Spark's executors decide what is left of a run, and close it."""
    lows = [one.low for one in running.left(engine, record.run_id)]
    if lows:
        decide(spark, lows, record.run_id, config)
    return running.close(engine, record.run_id)


def decide(spark: SparkSession, lows: list[str], run_id: str, config: str) -> list[str]:
    """Decide the chunks that begin with these debtors, each in a partition of its own."""

    def work(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        for batch in batches:
            for low in batch.column("low").to_pylist():
                tasks.evaluate_chunk(config, run_id, low)
            yield batch

    frame = spark.createDataFrame([(low,) for low in lows], "low string")
    done = frame.repartition(len(lows)).mapInArrow(work, "low string").collect()
    return [row.low for row in done]
