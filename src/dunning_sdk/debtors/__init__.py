"""What is known of debtors: how to reach them, who looks after them, what stops a step.

Records of people and of agencies: contacts, consent, threads, disputes, stops, scores, letters.
Each becomes an event; what follows from it is decided elsewhere.
"""
