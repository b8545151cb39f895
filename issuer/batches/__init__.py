"""Batches: one award for many recipients, made row by row in one job that can be cut off anywhere.

A batch is resumed and never awards anybody twice: each row is awarded as a request of its own, told
by the batch and the row's number, and what a worker left unfinished its successor finds by that.
What is locked is locked in one order: the job, the batch, and then the issuer or an award.
"""
