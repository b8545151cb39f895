"""The standards as code: pure, with no network, clock, database or private key.

https://www.imsglobal.org/spec/ob/v3p0 and the W3C specifications it stands on. What we decide
ourselves (policy, trust, storage, pages) is not here but in the rooms above.
"""
