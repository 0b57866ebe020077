"""A signed webhook: the whole story for programs of others, as standardwebhooks.com has it (version 1.0.0).

    Story ─payload▶ the promised JSON ─▶ Message
    Delivery ─adapter▶ POST, signed, with a webhook-id that is the same for every try ─▶ Receipt

payload    what is told, and its size       body       a story's body as words, blocks and HTML
signature  the key, the name, the proof     answers    what a receiver's status means
adapter    the receivers of one key

It imports nothing of Sokbo but nouns, errors, ports and text: a platform of yours is written the same way, as a module
anywhere that an account names by its dotted `kind`.
"""

from adapters.webhook.adapter import Adapter

__all__ = ["Adapter"]
