"""What we decided to award, and the record that we did.

The nine steps of issuing are in `issuance`; private keys are in `keys`, what we award in
`badge_classes`, and what we would believe ourselves in `verifier`.
"""
