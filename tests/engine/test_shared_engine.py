"""The service that xdist workers share."""

from __future__ import annotations

import threading
from multiprocessing import AuthenticationError

import pytest

from llmrobust.engine.shared_engine import RemoteEngine, Service
from llmrobust.errors import ModelError
from tests.engine.scripted import ScriptedModel, ask


@pytest.fixture
def served(engine):
    model = ScriptedModel()
    service = Service(lambda recorded: engine(model))
    yield service, model
    service.close()


def test_all_workers_get_replies_and_nothing_is_sent_twice(served):
    service, model = served
    requests = [ask(f"p{i}") for i in range(600)]
    got: list[list[str]] = []

    def work():
        worker = RemoteEngine(service.address.as_dict())
        worker.submit(requests)
        got.append([reply.text for request in requests for reply in worker.replies([request])])
        worker.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert got == [[f"p{i}" for i in range(600)]] * 3
    assert sum(map(len, model.lists)) == 600


def test_a_claim_is_granted_once(served):
    service, _ = served
    first, second = RemoteEngine(service.address.as_dict()), RemoteEngine(service.address.as_dict())
    assert [first.claim("result"), second.claim("result"), second.claim("other")] == [True, False, True]


def test_a_stranger_without_the_key_is_turned_away_and_the_service_goes_on(served):
    service, _ = served
    wrong = service.address.as_dict() | {"key": "00" * 32}
    with pytest.raises(AuthenticationError):
        RemoteEngine(wrong)
    worker = RemoteEngine(service.address.as_dict())
    worker.submit([ask("p")])
    assert worker.replies([ask("p")])[0].text == "p"


def test_an_error_of_the_engine_reaches_the_worker(engine):
    service = Service(lambda recorded: engine(ScriptedModel(open_error=ModelError("no such model"))))
    worker = RemoteEngine(service.address.as_dict())
    worker.submit([ask("p")])
    with pytest.raises(ModelError, match="no such model"):
        worker.replies([ask("p")])
    service.close()


def test_a_controller_that_is_gone_is_a_clear_error(served):
    service, _ = served
    worker = RemoteEngine(service.address.as_dict())
    worker.close()
    with pytest.raises(ModelError, match="has exited"):
        worker.submit([ask("p")])
