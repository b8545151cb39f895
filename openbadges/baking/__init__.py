"""Credentials inside pictures: put in by `bake`, read out by `unbake`.

https://www.imsglobal.org/spec/ob/v3p0#baked-badge: `png` and `svg` hold a pair of functions each.
A picture is never decoded or drawn here, and the credential is only carried: which kind of picture
it is, and what its credential is worth, is found out in the rooms above.
"""
