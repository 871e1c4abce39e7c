"""The same signatures in SpiffWorkflow: the chain as executable BPMN, the state of a case in one row of JSON."""

import time
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from django.db import transaction

IS_HERE = find_spec("SpiffWorkflow") is not None
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
STEPS = ("federation_intake", "federation_review", "civil_affairs_review", "hrss_review", "government_approval")


def bpmn() -> bytes:
    """A line of user tasks, as `manage.py chains --bpmn` draws it, but executable and without its side ways."""
    flows = "".join(
        f'<sequenceFlow id="f{at}" sourceRef="{one}" targetRef="{two}"/>'
        for at, (one, two) in enumerate(zip(("start", *STEPS), (*STEPS, "end"), strict=True))
    )
    tasks = "".join(f'<userTask id="{step}" name="{step}"/>' for step in STEPS)
    return (
        f'<definitions xmlns="{MODEL}" id="d" targetNamespace="x"><process id="admission" isExecutable="true">'
        f'<startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}</process></definitions>'
    ).encode()


class Baseline:
    """Cases in a table of their own, each past its first step."""

    def __init__(self, connection: Any, number: int) -> None:
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

        self.connection, self.serializer = connection, BpmnWorkflowSerializer()
        parser = BpmnParser()
        parser.add_bpmn_io(BytesIO(bpmn()))
        spec = parser.get_spec("admission")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE spiff_case (id int PRIMARY KEY, state jsonb NOT NULL)")
            for key in range(number):
                case = BpmnWorkflow(spec)
                case.do_engine_steps()
                self._complete(case)
                cursor.execute("INSERT INTO spiff_case VALUES (%s, %s)", [key, self.serializer.serialize_json(case)])

    def sign(self, at: int) -> float:
        """Seconds of the next user task of this case."""
        begun = time.perf_counter()
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("SELECT state::text FROM spiff_case WHERE id = %s FOR UPDATE", [at])
            case = self.serializer.deserialize_json(cursor.fetchone()[0])
            self._complete(case)
            cursor.execute("UPDATE spiff_case SET state = %s WHERE id = %s", [self.serializer.serialize_json(case), at])
        return time.perf_counter() - begun

    @staticmethod
    def _complete(case: Any) -> None:
        from SpiffWorkflow import TaskState

        [task] = case.get_tasks(state=TaskState.READY, manual=True)
        task.data["opinion"] = "同意。"
        task.run()
        case.do_engine_steps()
