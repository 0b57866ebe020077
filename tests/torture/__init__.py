"""What breaks bots like this, done to Sokbo on purpose: FAILURES.md section 3, a row a test.

`make test` runs the short forms; `make torture` runs the same tests at their full length.
"""
