"""Stock viewflow's own views of the baseline's chain, as its documentation mounts them."""

from django.urls import path
from viewflow.contrib.auth import AuthViewset
from viewflow.urls import Site
from viewflow.workflow.flow import FlowAppViewset

from benchmarks.stock.flows import AdmissionFlow

site = Site(title="Stock", viewsets=[FlowAppViewset(AdmissionFlow, app_name="admission")])

urlpatterns = [path("accounts/", AuthViewset().urls), path("", site.urls)]
