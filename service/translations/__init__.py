"""The words of the pages in other languages: what `make messages` takes out, and what people wrote.

`messages.pot` is what there is to translate, `<language>/LC_MESSAGES/messages.po` the translation
that people edit, and the `.mo` beside it what the service reads.
"""
