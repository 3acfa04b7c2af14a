"""What follows from the data, and nothing else: verdicts, case statistics in groups, the state of measures, what is out
of date. No file, no word for readers.

May import base and data. Begin with `progress.judge`.
"""
