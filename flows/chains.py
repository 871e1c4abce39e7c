"""Every chain, on one page: who signs in what order (审批链). The order is the policy's where it says one, else read.

The first argument of a step is its node's name. It is stored with every case: a published chain is never edited (a
golden file holds it); a changed one is a new class with a higher `version`.
"""

from flows.engine import CaseFlow
from flows.steps import POSITION_TOWN, Approval, Assignment, Confirm, Intake, Party, Publicity, Review
from policy import T

FEDERATION, CIVIL_AFFAIRS = Party("department", "federation"), Party("department", "civil_affairs")
HRSS, GOVERNMENT = Party("department", "hrss"), Party("department", "district_government")

CITY = T("上海市人民政府", "the People's Government of Shanghai")
THIRD_COURT = T("上海市第三中级人民法院", "the Third Intermediate People's Court of Shanghai")


class DirectAdmissionFlow(CaseFlow):
    """三（三）: federation, civil affairs and HR&SS review, the district government approves; the rest is read."""

    measure = "direct_admission"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Review("federation_review", by=FEDERATION),
        Review("civil_affairs_review", by=CIVIL_AFFAIRS),
        Review("hrss_review", by=HRSS),
        Approval(
            "government_approval", by=GOVERNMENT, days="government", decides=True, review_body=CITY, court=THIRD_COURT
        ),
        Publicity("public_notice", by=CIVIL_AFFAIRS, back_to="federation_review"),
        Assignment("assignment", by=CIVIL_AFFAIRS),
        Confirm("town_confirmation", by=POSITION_TOWN, back_to="assignment", title=T("报到", "Start of work")),
    )
