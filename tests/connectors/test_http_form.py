"""Forms of several parts, as another library reads them."""

from email import message_from_bytes

from dunning_sdk.connectors.http_form import Part, form


def parsed(asked):
    head = f"Content-Type: {asked.media_type}\r\n\r\n".encode()
    return message_from_bytes(head + asked.body).get_payload()


def test_a_form_is_read_as_it_was_written():
    pdf = b"%PDF\r\n--\r\n"
    upload = Part(name="file", content=pdf, media_type="application/pdf", file_name="é.pdf")
    asked = form("/documents", [Part(name="kind", content=b"invoice"), upload])
    kind, file = parsed(asked)

    assert (asked.method, asked.path, asked.changes, asked.keyed) == (
        "POST", "/documents", True, False,
    )  # fmt: skip
    assert (kind.get_param("name", header="content-disposition"), kind.get_payload()) == (
        "kind", "invoice",
    )  # fmt: skip
    assert (file.get_content_type(), file.get_payload(decode=True)) == (
        "application/pdf", pdf,
    )  # fmt: skip


def test_the_name_of_a_file_does_not_leave_its_header():
    (file,) = parsed(form("/d", [Part(name="f", content=b"x", file_name='a"\r\nX-Evil: 1')]))

    assert file.get_filename() == "aX-Evil: 1"
    assert "x-evil" not in file
