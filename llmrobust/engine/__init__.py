"""Runs planned requests in the background while pytest walks through its items.

One asyncio loop in a thread deduplicates, answers from the store what it can, and sends the rest in micro-batched
lists under limits. Items wait for their own reply only; xdist workers share one engine through a local service.
"""

from llmrobust.engine.asker import Asker, EngineStats, Limits, Recorded
from llmrobust.engine.engine import Engine
from llmrobust.engine.reply_store import Store

__all__ = ["Asker", "Engine", "EngineStats", "Limits", "Recorded", "Store"]
