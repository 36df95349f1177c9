"""The table: who may ask for what, and what comes of it, in words. The only place where that is written down.

A line has the endpoint and the method; who may ask (the rest is «refused», and nobody is led «to sign in»); what comes
of it for what is one's own, another's and nobody's, or one word where the address names no object. «Own» is for
learners what they have and the course they are enrolled in, «other» what another officer has and a course they are not
enrolled in. For trainers «own» is what they wrote themselves as learners, or what belongs to the course of the
address; for administrators «own» is a person of their country, «other» one beyond it: «admin» has the country alone,
«chief» everything.
"""

from collections.abc import Mapping

WHO: Mapping[str, frozenset[str]] = {
    "everybody": frozenset({"nobody", "officer", "trainer", "manager", "organiser", "admin", "chief"}),
    "nobody": frozenset({"nobody"}),
    "signed in": frozenset({"officer", "trainer", "manager", "organiser", "admin", "chief"}),
    "trainers": frozenset({"trainer"}),
    "managers": frozenset({"manager"}),
    "comparers": frozenset({"manager", "organiser"}),
    "administrators": frozenset({"admin", "chief"}),
    "admin": frozenset({"admin"}),
    "chief": frozenset({"chief"}),
}

TABLE = """
accounts.account GET | signed in | answered
accounts.add POST | administrators | unfit
accounts.choose_digest POST | signed in | led on
accounts.choose_language POST | signed in | unfit
accounts.choose_password POST | signed in | unfit
accounts.choose_reading POST | signed in | led on
accounts.disable POST | admin | led on, not there, not there
accounts.disable POST | chief | led on, led on, not there
accounts.enable POST | admin | led on, not there, not there
accounts.enable POST | chief | led on, led on, not there
accounts.end_one POST | signed in | led on, not there, not there
accounts.end_others POST | signed in | led on
accounts.enter POST | everybody | unfit
accounts.give POST | admin | unfit, not there, not there
accounts.give POST | chief | unfit, unfit, not there
accounts.new_person GET | administrators | answered
accounts.one_time_code POST | admin | answered, not there, not there
accounts.one_time_code POST | chief | answered, answered, not there
accounts.people GET | administrators | answered
accounts.permissions GET | administrators | answered
accounts.person GET | admin | answered, not there, not there
accounts.person GET | chief | answered, answered, not there
accounts.remove_second_step POST | admin | led on, not there, not there
accounts.remove_second_step POST | chief | led on, led on, not there
accounts.reset POST | admin | answered, not there, not there
accounts.reset POST | chief | answered, answered, not there
accounts.save POST | admin | unfit, not there, not there
accounts.save POST | chief | unfit, unfit, not there
accounts.sign_in GET | nobody | answered
accounts.sign_in GET | signed in | led on
accounts.sign_out POST | signed in | led on
accounts.take POST | admin | unfit, not there, not there
accounts.take POST | chief | unfit, unfit, not there
accounts.unlink POST | admin | led on, not there, not there
accounts.unlink POST | chief | led on, led on, not there
agencies.add POST | administrators | unfit
agencies.change POST | admin | unfit, not there, not there
agencies.change POST | chief | unfit, unfit, not there
agencies.every GET | administrators | answered
agencies.one GET | admin | answered, not there, not there
agencies.one GET | chief | answered, answered, not there
agencies.remove POST | admin | clash, not there, not there
agencies.remove POST | chief | clash, clash, not there
assessment.answer POST | signed in | led on, not there, not there
assessment.autosave PUT | signed in | answered, not there, not there
assessment.check POST | signed in | answered, to the course, to the course
assessment.question GET | signed in | answered, not there, not there
assessment.quiz GET | signed in | answered, to the course, to the course
assessment.result GET | signed in | answered, not there, not there
assessment.review GET | signed in | answered, not there, not there
assessment.start POST | signed in | led on, to the course, to the course
assessment.submit POST | signed in | led on, not there, not there
assigning.assign POST | administrators | unfit
assigning.show GET | administrators | answered
attachments.attach POST | signed in | unfit, not there, not there
attachments.file GET | signed in | answered, not there, not there
attachments.remove POST | signed in | led on, not there, not there
authoring.add POST | trainers | unfit, unfit, not there
authoring.case GET | trainers | answered, answered, not there
authoring.change POST | trainers | unfit, unfit, unfit
authoring.course GET | trainers | answered, answered, not there
authoring.courses GET | trainers | answered
authoring.discard POST | trainers | clash, clash, not there
authoring.draft_media GET | trainers | not there, not there, not there
authoring.edit GET | trainers | answered, answered, not there
authoring.guide GET | trainers | answered
authoring.publish POST | trainers | clash, clash, not there
authoring.style GET | trainers | answered
banks.add POST | trainers | unfit, unfit, not there
banks.export GET | trainers | answered, answered, not there
banks.export_file GET | trainers | answered, answered, not there
banks.look POST | trainers | unfit, unfit, not there
banks.start_import GET | trainers | answered, answered, not there
books.book GET | signed in | answered, to the course, to the course
by_hand.answer GET | trainers | refused, answered, not there
by_hand.file GET | trainers | refused, answered, not there
by_hand.mark POST | trainers | refused, unfit, not there
by_hand.queue GET | trainers | answered
by_hand.waive POST | trainers | refused, clash, not there
catalogue.media_file GET | signed in | not there, not there, not there
certificate_desk.correct POST | administrators | not there, not there, not there
certificate_desk.renew POST | administrators | not there, not there, not there
certificate_desk.revoke POST | administrators | not there, not there, not there
certificate_desk.show GET | admin | answered, not there, not there
certificate_desk.show GET | chief | answered, answered, not there
certificates.mine GET | signed in | answered
certificates.of_course GET | signed in | led on, not there, not there
certificates.pdf GET | signed in | answered, not there, not there
certificates.verify GET | everybody | answered, answered, not there
certificates.verify_form GET | everybody | answered
cohorts.add POST | administrators | unfit
cohorts.every GET | administrators | answered
cohorts.let_join POST | admin | unfit, not there, not there
cohorts.let_join POST | chief | unfit, unfit, not there
cohorts.let_leave POST | administrators | not there, not there, not there
cohorts.one GET | admin | answered, not there, not there
cohorts.one GET | chief | answered, answered, not there
cohorts.remove POST | admin | led on, not there, not there
cohorts.remove POST | chief | led on, led on, not there
disputes.apply POST | trainers | unfit, unfit, not there
disputes.attempt GET | trainers | answered, not there, not there
disputes.attempts GET | trainers | answered, answered, not there
disputes.correction GET | trainers | answered, answered, not there
extra_time.grant POST | admin | unfit, not there, not there
extra_time.grant POST | chief | unfit, unfit, not there
extra_time.show GET | admin | answered, not there, not there
extra_time.show GET | chief | answered, answered, not there
health.healthz GET | everybody | answered
health.metrics GET | everybody | answered
health.readyz GET | everybody | answered
home.competence GET | signed in | answered
home.home GET | signed in | answered
importing.add POST | administrators | unfit
importing.look POST | administrators | unfit
importing.start GET | administrators | answered
inviting.send POST | administrators | unfit
inviting.show GET | administrators | answered
items.questions GET | trainers | answered, answered, not there
items.questions_file GET | trainers | answered, answered, not there
languages.state_of_languages GET | trainers | answered
learning.course GET | signed in | answered, answered, not there
learning.courses GET | signed in | answered
learning.enrol_in POST | signed in | to the course, led on, not there
learning.glossary GET | signed in | answered, answered, not there
learning.module GET | signed in | led on, to the course, to the course
learning.read POST | signed in | led on, to the course, to the course
learning.resume GET | signed in | led on, to the course, to the course
learning.section GET | signed in | answered, to the course, to the course
mistakes.answer POST | trainers | unfit, not there, not there
mistakes.mine GET | signed in | answered
mistakes.new GET | signed in | answered, to the course, to the course
mistakes.one GET | trainers | answered, not there, not there
mistakes.report POST | signed in | unfit, to the course, to the course
mistakes.waiting GET | trainers | answered, answered, not there
mistakes.waiting_csv GET | trainers | answered, answered, not there
notes.autosave PUT | signed in | answered, refused, refused
notes.bookmark POST | signed in | led on, to the course, to the course
notes.delete POST | signed in | led on, to the course, to the course
notes.export GET | signed in | answered
notes.mine GET | signed in | answered
notes.settle POST | signed in | not there, to the course, to the course
notes.write POST | signed in | led on, to the course, to the course
notices.follow GET | signed in | led on, not there, not there
notices.mine GET | signed in | answered
notices.read POST | signed in | led on
offline.keeping GET | everybody | answered
offline.manifest GET | everybody | answered
offline.module GET | signed in | answered, to the course, to the course
offline.read POST | signed in | to the course, to the course, to the course
offline.service_worker GET | everybody | answered
oversight.log GET | chief | answered
oversight.log_file GET | chief | answered
reporting.groups GET | comparers | answered
reporting.people GET | managers | answered
reporting.statistics GET | comparers | answered
resets.forgotten GET | everybody | answered
resets.new_password GET | everybody | answered
resets.new_password_by_link GET | nobody | refused, refused, refused
resets.send_link POST | everybody | not there
resets.use_code POST | everybody | unfit
resets.use_link POST | nobody | refused, refused, refused
rights.ask POST | signed in | led on
rights.data GET | signed in | refused
rights.erase POST | admin | clash, not there, not there
rights.erase POST | chief | clash, clash, not there
rights.erasure GET | admin | answered, not there, not there
rights.erasure GET | chief | answered, answered, not there
rights.merge POST | admin | clash, not there, not there
rights.merge POST | chief | clash, clash, not there
rights.merging GET | admin | answered, not there, not there
rights.merging GET | chief | answered, answered, not there
search.results GET | signed in | answered
second.begin_again GET | everybody | led on
second.drop_passkey POST | signed in | unfit, unfit, unfit
second.enter POST | nobody | refused
second.keep_passkey POST | signed in | unfit
second.renew POST | signed in | unfit
second.second_step GET | signed in | answered
second.switch_off POST | signed in | unfit
second.switch_on POST | signed in | unfit
sso.back GET | everybody | not there
sso.begin GET | everybody | not there
sso.begin_link POST | signed in | not there
sso.link GET | signed in | not there
sso.remove_link POST | signed in | not there
sso.sign_out GET | everybody | not there
static_files.file GET | everybody | answered, answered, not there
work.again POST | chief | led on
work.give_up POST | chief | led on, led on, not there
work.show GET | chief | answered
"""


def expected() -> dict[tuple[str, str, str, str], str]:
    """(endpoint, method, who, whose) -> the word, for everything that the table says."""
    found: dict[tuple[str, str, str, str], str] = {}
    for line in TABLE.strip().splitlines():
        address, who, answers = (part.strip() for part in line.split("|"))
        endpoint, method = address.split()
        words = [word.strip() for word in answers.split(",")]
        for role in WHO["everybody"]:
            for whose, word in zip(("own", "other", "nobody"), words, strict=False):
                otherwise = "to sign in" if role == "nobody" else "refused"
                if role in WHO[who]:
                    found[endpoint, method, role, whose] = word
                else:
                    found.setdefault((endpoint, method, role, whose), otherwise)
    return found
