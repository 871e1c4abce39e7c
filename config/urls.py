"""Every page's address. The name of a page is the name of its view, its template and its test."""

from django.urls import path

from web import health
from web.administrator import backtests, calendar, chains, duties, moves, people, person, records, registers, rules
from web.applicant import acts as my_acts
from web.applicant import (
    agents,
    apply,
    benefits,
    cases,
    contact,
    correction,
    drafts,
    files,
    known,
    prepared,
    sheet,
    unit_people,
    year,
)
from web.applicant import earnings as my_income
from web.applicant import fairs as my_fairs
from web.applicant import work as my_jobs
from web.employer import vacancies as offered
from web.head import deputies, remarks, workload
from web.payer import account as paid_to
from web.payer import batch, decisions, funds, payments
from web.provider import base as sheltered
from web.provider import cases as provided
from web.public import checker, components, guides, help, interpretations, kept, notices, second_factor, signin, start
from web.public import display as display_settings
from web.public import jobs as public_jobs
from web.reviewer import account, acts, answers, bulk, device, inbox, letters, objections, origins, register, sign
from web.reviewer import case as work
from web.reviewer import contact as reached
from web.reviewer import interpretations as notes
from web.reviewer import reserve as in_reserve
from web.reviewer import services as planned
from web.reviewer import work as placing
from web.supervisor import audit, reports

urlpatterns = [
    # Public
    path("", start.start, name="start"),
    path("guides/", guides.guides, name="guides"),
    path("guides/<slug:code>/", guides.guide, name="guide"),
    path("guides/<slug:code>/easy/", guides.guide_easy, name="guide_easy"),
    path("check/", checker.what_can_i_get, name="what_can_i_get"),
    path("check/<slug:code>/", checker.checker, name="checker"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<uuid:code>/", notices.notice, name="notice"),
    path("notices/<uuid:code>/object/", notices.objection, name="objection"),
    path("objections/", notices.objection_answer, name="objection_answer"),
    path("interpretations/", interpretations.public_interpretations, name="public_interpretations"),
    path("interpretations/<str:number>/", interpretations.public_interpretation, name="public_interpretation"),
    path("help/", help.help_page, name="help"),
    path("accessibility/", help.accessibility, name="accessibility"),
    path("display/", display_settings.display, name="display"),
    path("language/", display_settings.language, name="language"),
    path("components/", components.components, name="components"),
    path("signin/", signin.signin, name="signin"),
    path("officers/signin/", signin.officer_signin, name="officer_signin"),
    path("officers/code/", second_factor.officer_second_factor, name="officer_second_factor"),
    path("officers/post/", signin.choose_post, name="choose_post"),
    path("signout/", signin.signout, name="signout"),
    path("session/", signin.extend, name="extend"),
    path("kept/", kept.kept, name="kept"),
    path("track/", start.track, name="track"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # Work and services: public, employers, job seekers, providers, the federation
    path("jobs/", public_jobs.jobs, name="jobs"),
    path("jobs/<int:vacancy_id>/", public_jobs.job, name="job"),
    path("fairs/", public_jobs.fairs, name="fairs"),
    path("fairs/<int:fair_id>/", public_jobs.fair, name="fair"),
    path("spaces/", public_jobs.spaces, name="spaces"),
    path("vacancies/", offered.vacancies, name="vacancies"),
    path("vacancies/new/", offered.vacancy_new, name="vacancy_new"),
    path("vacancies/<int:vacancy_id>/", offered.vacancy, name="vacancy"),
    path("vacancies/<int:vacancy_id>/change/", offered.vacancy_change, name="vacancy_change"),
    path("vacancies/candidates/<int:introduction_id>/", offered.candidate, name="candidate"),
    path("my/work/", my_jobs.my_work, name="my_work"),
    path("my/work/profile/", my_jobs.my_profile, name="my_profile"),
    path("my/fairs/<int:fair_id>/", my_fairs.my_fair, name="my_fair"),
    path("my/places/", my_fairs.my_places, name="my_places"),
    path("my/services/", provided.my_services, name="my_services"),
    path("my/services/<str:reference>/", provided.my_service, name="my_service"),
    path("my/assessments/<int:feasibility_id>/", provided.my_assessment, name="my_assessment"),
    path("my/cases/<str:reference>/services/", planned.my_plan, name="my_plan"),
    path("work/cases/<str:reference>/services/", planned.case_services, name="case_services"),
    path("work/seekers/", placing.work_seekers, name="work_seekers"),
    path("work/seekers/<int:seeker_id>/", placing.work_seeker, name="work_seeker"),
    path("work/fairs/", placing.work_fairs, name="work_fairs"),
    path("work/fairs/<int:fair_id>/", placing.work_fair, name="work_fair"),
    path("work/spaces/", placing.work_spaces, name="work_spaces"),
    path("products/", public_jobs.products, name="products"),
    path("my/base/", sheltered.my_base, name="my_base"),
    path("my/base/<int:share_id>/", sheltered.my_share, name="my_share"),
    path("my/base/members/", sheltered.my_members, name="my_members"),
    path("my/base/products/", sheltered.my_products, name="my_products"),
    path("my/earnings/", my_income.my_earnings, name="my_earnings"),
    path("work/reserve/", in_reserve.work_reserve, name="work_reserve"),
    path("work/reserve/<int:project_id>/", in_reserve.work_project, name="work_project"),
    path("work/reserve/cases/<str:reference>/", in_reserve.reserve_take, name="reserve_take"),
    # Applicant
    path("my/", cases.my_cases, name="my_cases"),
    path("my/year/<int:year>/", year.my_year, name="my_year"),
    path("my/benefits/", benefits.other_benefits, name="other_benefits"),
    path("my/prepared/<uuid:code>/", prepared.prepared, name="prepared"),
    path("my/messages/", contact.my_messages, name="my_messages"),
    path("my/agents/", agents.my_agents, name="my_agents"),
    path("my/acting/", agents.acting_for, name="acting_for"),
    path("my/units/<int:unit_id>/people/", unit_people.unit_people, name="unit_people"),
    path("my/apply/<slug:code>/", apply.begin, name="begin"),
    path("my/drafts/<int:draft_id>/", apply.tasks, name="draft"),
    path("my/drafts/<int:draft_id>/about/", apply.about, name="draft_about"),
    path("my/drafts/<int:draft_id>/known/", known.known, name="draft_known"),
    path("my/drafts/<int:draft_id>/whole/", apply.whole, name="draft_whole"),
    path("my/drafts/<int:draft_id>/check/", apply.check, name="draft_check"),
    path("my/drafts/<int:draft_id>/discard/", drafts.discard, name="draft_discard"),
    path("my/drafts/<int:draft_id>/<slug:section>/sheet/<slug:name>/", sheet.from_sheet, name="draft_sheet"),
    path("my/drafts/<int:draft_id>/<slug:section>/", apply.section, name="draft_section"),
    path("my/cases/<str:reference>/", cases.tracking, name="tracking"),
    path("my/cases/<str:reference>/sent/", cases.sent, name="sent"),
    path("my/cases/<str:reference>/answers/", cases.answers, name="answers"),
    path("my/cases/<str:reference>/result/", cases.result, name="result"),
    path("my/cases/<str:reference>/withdraw/", cases.withdrawal, name="withdrawal"),
    path("my/cases/<str:reference>/appeal/", cases.appeal, name="appeal"),
    path("my/cases/<str:reference>/notes/<int:comment_id>/withdraw/", my_acts.note_withdraw, name="note_withdraw"),
    path("my/cases/<str:reference>/do/<slug:verb>/", my_acts.my_act, name="my_act"),
    path("my/cases/<str:reference>/dates/", cases.my_dates, name="my_dates"),
    path("my/steps/<int:task_id>/<slug:verb>/", my_acts.provided, name="provided"),
    path("my/cases/<str:reference>/correction/", correction.correction, name="correction"),
    path("my/cases/<str:reference>/changes/<int:number>/", correction.changes, name="changes"),
    path("files/<int:evidence_id>/", files.evidence_file, name="evidence_file"),
    path("letters/<str:number>.pdf", files.letter_file, name="letter_file"),
    # Officers
    path("work/", inbox.bench, name="bench"),
    path("work/inbox/", inbox.inbox, name="inbox"),
    path("work/messages/", reached.work_messages, name="work_messages"),
    path("work/inbox/<slug:kind>/", bulk.bulk, name="bulk"),
    path("work/letters/", letters.letters, name="letters"),
    path("work/find/", inbox.find, name="find"),
    path("work/look/", register.look_in, name="look_in"),
    path("work/register/", register.register, name="register"),
    path("work/register/mandates/", register.mandates, name="mandates"),
    path("work/register/<str:reference>/", register.registered, name="registered"),
    path("work/cases/<str:reference>/", work.case, name="case"),
    path("work/cases/<str:reference>/number/", work.number, name="number"),
    path("work/cases/<str:reference>/history/", work.history, name="history"),
    path("work/cases/<str:reference>/deadlines/", work.deadlines, name="deadlines"),
    path("work/cases/<str:reference>/claim/", sign.claim, name="claim"),
    path("work/cases/<str:reference>/sign/", sign.sign, name="sign"),
    path("work/cases/<str:reference>/original/", sign.original, name="original"),
    path("work/cases/<str:reference>/establish/", sign.establish, name="establish"),
    path("work/cases/<str:reference>/register/", origins.check_again, name="check_register"),
    path("work/cases/<str:reference>/confirm/", origins.confirmed, name="confirm_fact"),
    path("work/cases/<str:reference>/take/", origins.taken, name="take_register"),
    path("work/cases/<str:reference>/correction/", sign.ask, name="ask_correction"),
    path("work/cases/<str:reference>/do/<slug:verb>/", acts.act, name="act"),
    path(
        "work/cases/<str:reference>/comments/<int:comment_id>/withdraw/",
        answers.comment_withdraw,
        name="comment_withdraw",
    ),
    path("work/cases/<str:reference>/looks/", answers.looks, name="looks"),
    path("work/challenges/<int:recusal_id>/", answers.challenge_answer, name="challenge_answer"),
    path("work/changes/<int:change_id>/", answers.decision_change, name="decision_change"),
    path("work/explanations/<int:explanation_id>/", answers.explanation, name="explanation"),
    path("work/cases/<str:reference>/serve/<str:number>/", sign.serve, name="serve"),
    path("work/objections/<int:objection_id>/", objections.objection, name="work_objection"),
    path("work/cases/<str:reference>/objections/new/", objections.at_counter, name="objection_at_counter"),
    path("work/password/", account.my_password, name="my_password"),
    path("work/relations/", account.relations, name="relations"),
    path("work/phone/", device.my_device, name="my_device"),
    # Heads; deputies and absences are everybody's
    path("work/workload/", workload.workload, name="workload"),
    path("work/deputies/", deputies.deputies, name="deputies"),
    path("work/remarks/", remarks.remarks, name="remarks"),
    # Finance; heads and supervisors read the funds
    path("work/funds/", funds.funds, name="funds"),
    path("work/funds/new/", decisions.fund_new, name="fund_new"),
    path("work/funds/decisions/<int:decision_id>/", decisions.fund_decision, name="fund_decision"),
    path("work/funds/<int:fund_id>/", funds.fund, name="fund"),
    path("work/funds/<int:fund_id>/book.csv", funds.fund_csv, name="fund_csv"),
    path("work/payments/", payments.payments, name="payments"),
    path("work/payments/<int:batch_id>/", batch.batch, name="batch"),
    path("work/payments/<int:batch_id>/bank.csv", batch.bank_file, name="bank_file"),
    path("work/cases/<str:reference>/account/", paid_to.account, name="account"),
    # Administrators
    path("work/people/", people.people, name="people"),
    path("work/people/new/", people.new_officer, name="new_officer"),
    path("work/people/<int:user_id>/", person.person, name="person"),
    path("work/duties/", duties.duties, name="duties"),
    path("work/calendar/", calendar.calendar, name="calendar"),
    path("work/records/", records.records, name="records"),
    path("work/records/<int:import_id>/", records.record_import, name="record_import"),
    path("work/records/<int:import_id>/problems.csv", records.problems_csv, name="problems_csv"),
    path("work/records/<slug:kind>.csv", records.template_csv, name="template_csv"),
    path("work/registers/", registers.registers, name="registers"),
    path("work/rules/", rules.rules, name="rules"),
    path("work/rules/figure/", rules.rule_figure, name="rule_figure"),
    path("work/rules/version/", rules.rule_version, name="rule_version"),
    path("work/rules/decided/", rules.rules_decided, name="rules_decided"),
    path("work/rules/proposals/<int:proposal_id>/", rules.rule_proposal, name="rule_proposal"),
    path("work/rules/proposals/<int:proposal_id>/backtest/", backtests.rule_backtest, name="rule_backtest"),
    path("work/rules/backtests/<int:run_id>/", backtests.backtest, name="backtest"),
    path("work/rules/backtests/<int:run_id>/cases/<str:reference>/", backtests.backtest_case, name="backtest_case"),
    path("work/chains/", chains.chains, name="chains"),
    path("work/chains/move/", moves.chain_move, name="chain_move"),
    path("work/chains/<slug:code>/<slug:purpose>/<int:version>/", chains.chain, name="chain"),
    path("work/chains/<slug:code>/<slug:purpose>/<int:version>.bpmn", chains.chain_bpmn, name="chain_bpmn"),
    path("work/reopen/", moves.reopen, name="reopen"),
    path("work/interpretations/", notes.interpretations, name="interpretations"),
    path("work/interpretations/new/", notes.interpretation_new, name="interpretation_new"),
    path("work/interpretations/<int:note_id>/", notes.interpretation_sign, name="interpretation_sign"),
    # Supervisors
    path("reports/", reports.reports, name="reports"),
    path("reports/file.<slug:kind>", reports.report_file, name="report_file"),
    path("audit/", audit.audit, name="audit"),
    path("audit/records.csv", audit.audit_csv, name="audit_csv"),
]

handler400 = "web.errors.bad_request"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
