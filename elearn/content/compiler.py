"""The compiler: files in, a course and all its problems out. It never raises, whatever the bytes are."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from elearn.content import translation
from elearn.content.course import Course, CourseText, Draw, Module, Pool, Quiz, Term
from elearn.content.dealing import dealt
from elearn.content.files import CourseFiles, checked_files, lacks_a_text
from elearn.content.forms import Form, forms_of
from elearn.content.frontmatter import Fields, Reader, read_fields
from elearn.content.glossary import TermPlan, anchors_of, plan_glossary, term_index, write_glossary
from elearn.content.landing import Head, read_head, write_landing
from elearn.content.layout import Layout, layout_of
from elearn.content.lesson import SectionPlan, places_of, plan_lesson
from elearn.content.links import Links
from elearn.content.modules import ModuleHead, read_module_head, write_module
from elearn.content.pictures import Pictures, digest_of
from elearn.content.problem import Problem, Severity
from elearn.content.question import Question
from elearn.content.quiz import DrawnFrom, ReadQuiz, read_pool, read_quiz
from elearn.content.reporting import Report
from elearn.content.workshop import Shop
from elearn.markup.text import Line


@dataclass(frozen=True, slots=True)
class Compilation:
    """What came of compiling. ``course`` is None if and only if one of ``problems`` is an error."""

    course: Course | None
    problems: tuple[Problem, ...]

    @property
    def error_count(self) -> int:
        """How many problems keep the course from being published."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def compile_course(slug: str, files: CourseFiles) -> Compilation:
    """Compile a course from its files (path relative to its folder, bytes)."""
    draft, problems = draft_course(slug, files)
    is_sound = all(problem.severity is not Severity.ERROR for problem in problems)
    return Compilation(draft if is_sound else None, problems)


def digest_of_files(files: CourseFiles) -> str:
    """SHA-256 over the files, whatever their order."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{len(path.encode(errors='surrogatepass'))} ".encode())
        total.update(path.encode(errors="surrogatepass"))
        total.update(bytes.fromhex(digest_of(files[path])))
    return total.hexdigest()


def draft_course(slug: str, files: CourseFiles) -> tuple[Course | None, tuple[Problem, ...]]:
    """The course as far as it can be made, even with errors in it (for a preview), and all problems."""
    report = Report()
    kept = checked_files(files, report)
    if lacks_a_text(report.problems()):
        return None, report.problems()
    if "course.md" not in kept:
        if "course.md" not in files:
            report.add("course.md", 1, 1, "X001", "There is no course.md in this folder. Every course begins with one.")
        return None, report.problems()
    course = _Compiler(slug, kept, report).run()
    return replace(course, digest=digest_of_files(kept)), report.problems()


class _Compiler:
    def __init__(self, slug: str, files: Mapping[str, bytes], report: Report) -> None:
        self.slug, self.files, self.report = slug, files, report
        self.layout: Layout = layout_of(files, report)
        self.pictures = Pictures(files, report)
        self.links = Links(slug, files.keys(), media=self.pictures.downloads())
        self.shop = Shop(files, report, self.links, self.pictures)

    def run(self) -> Course:
        head = read_head(self._front("course.md"), self.slug, self.report)
        self.shop.language = head.language
        plans = {
            place.path: plan_lesson(self.shop.source(place.path), place.path, self.report)
            for place in self.layout.modules
        }
        term_plans: list[TermPlan] = []
        if self.layout.has_glossary:
            Reader(self._front("glossary.md", required=False), "glossary.md", self.report).finish_with(
                "glossary", "title"
            )
            term_plans = plan_glossary(self.shop.source("glossary.md"), "glossary.md", self.report)
        self.links.terms = anchors_of(term_plans)
        for place in self.layout.modules:
            self.links.modules[place.path] = places_of(place.id, plans[place.path])

        landing = write_landing(self.shop.source("course.md"), head.title, head.origin, self.shop.writer("course.md"))
        texts = {head.language: landing}
        glossary = {head.language: write_glossary(term_plans, self.shop.writer("glossary.md"))} if term_plans else {}
        pools = self._pools()
        modules, quizzes = self._modules(head, plans, term_index(glossary.get(head.language, ())))
        pretest, exam = self._quiz("pretest.md"), self._quiz("exam.md")
        quizzes += [quiz for quiz in (pretest, exam) if quiz is not None]
        self._check_ids(quizzes, pools)
        self._check_draws(quizzes, pools)
        self._check_forms(quizzes, pretest, exam)
        self._check_completion(head, modules, exam)
        course = self._course(head, texts, modules, glossary, pools, pretest, exam)
        course = translation.translate(course, self.layout, self.shop, plans, term_plans)
        return self._with_assets(course)

    def _front(self, path: str, *, required: bool = True) -> Fields:
        source = self.shop.source(path)
        if source.front is None:
            if required:
                message = "The file has no front matter. Begin it with ---, lines of key: value, and ---."
                self.report.add(path, 1, 1, "F001", message)
            return Fields({}, {}, Line("", 1), is_known=not required)
        is_closed = all(fault.code != "F002" for fault in source.faults)
        found = read_fields(source.front, path, self.report) if is_closed else None
        return found if found is not None else Fields({}, {}, Line("", 1), is_known=False)

    def _pools(self) -> list[Pool]:
        pools: list[Pool] = []
        for path in self.layout.pools:
            reader = Reader(self._front(path), path, self.report)
            pool = read_pool(self.shop.source(path), reader, self.shop.writer(path))
            if any(pool.id == other.id for other in pools):
                message = f'The pool id "{pool.id}" is taken. Choose another.'
                self.report.at(path, reader.place("pool"), "Z004", message)
            pools.append(pool)
        return pools

    def _quiz(self, path: str) -> ReadQuiz | None:
        if path not in self.files:
            return None
        return read_quiz(self.shop.source(path), Reader(self._front(path), path, self.report), self.shop.writer(path))

    def _modules(
        self, head: Head, plans: Mapping[str, list[SectionPlan]], terms: Mapping[str, Term]
    ) -> tuple[list[Module], list[ReadQuiz]]:
        modules: list[Module] = []
        quizzes: list[ReadQuiz] = []
        known = [place.id for place in self.layout.modules]
        for place in self.layout.modules:
            reader = Reader(self._front(place.path), place.path, self.report)
            module_head: ModuleHead = read_module_head(reader, place.id, known)
            quiz = self._quiz(place.quiz_path)
            if quiz is not None:
                quizzes.append(quiz)
            made = write_module(place, module_head, plans[place.path], self.shop.writer(place.path), terms)
            modules.append(replace(made, quiz=quiz.quiz if quiz is not None else None))
        return modules, quizzes

    def _check_ids(self, quizzes: Iterable[ReadQuiz], pools: Iterable[Pool]) -> None:
        taken: dict[str, Question] = {}
        groups: list[Quiz | Pool] = [*(read.quiz for read in quizzes), *pools]
        for question in (question for group in groups for question in group.questions):
            first = taken.setdefault(question.id, question)
            if first is not question:
                message = f'The question id "{question.id}" is taken in {first.path}:{first.line}. Choose another.'
                self.report.add(question.path, question.line, 1, "Q002", message)
        names: dict[str, str] = {}
        for read in quizzes:
            if names.setdefault(read.quiz.id, read.quiz.path) != read.quiz.path:
                message = f'The quiz id "{read.quiz.id}" is taken in {names[read.quiz.id]}. Choose another.'
                self.report.at(read.quiz.path, read.place, "Z003", message)

    def _check_draws(self, quizzes: Iterable[ReadQuiz], pools: Iterable[Pool]) -> None:
        by_path = {pool.path: pool for pool in pools}
        drawn: set[str] = set()
        for read in quizzes:
            before: list[Draw] = []
            sound: list[DrawnFrom] = []
            for asked in read.draws:
                pool = by_path.get(asked.draw.pool)
                if pool is None:
                    message = f'There is no pool "{asked.draw.pool[:60]}". Name its file, such as pools/law.md.'
                    self.report.at(read.quiz.path, asked.place, "Z001", message)
                    continue
                drawn.add(pool.path)
                before.append(asked.draw)
                if self._check_draw(read.quiz, asked.place, asked.draw, before, pool):
                    sound.append(asked)
            self._check_rivals(read.quiz, sound, by_path)
        for path in by_path.keys() - drawn:
            self.report.add(path, 1, 1, "Z006", "No quiz draws from this pool. Draw from it, or delete it.")

    def _check_draw(self, quiz: Quiz, place: Line, draw: Draw, before: list[Draw], pool: Pool) -> bool:
        """Whether there are enough questions for a draw, and for those before it in all; notes it if not."""
        path = quiz.path
        fitting = [question for question in pool.questions if draw.fits(question)]
        same = sum(other.count for other in before if other.pool == draw.pool)
        tagged = f" with the tags {', '.join(draw.tags)}" if draw.tags else ""
        if draw.count > len(fitting):
            message = (
                f"The pool has {len(fitting)} questions{tagged}, but {draw.count} are drawn. Draw fewer or add some."
            )
            self.report.at(path, place, "Z002", message)
        elif same > len(pool.questions):
            message = f"All draws together take {same} questions of the {len(pool.questions)} in this pool. Draw fewer."
            self.report.at(path, place, "Z002", message)
        elif quiz.has_forms:
            return self._check_half(path, place, draw, same, pool)
        else:
            return True
        return False

    def _check_half(self, path: str, place: Line, draw: Draw, same: int, pool: Pool) -> bool:
        """Whether each form of the pool has enough for a draw, and for all draws of a quiz from this pool."""
        forms = forms_of(pool.questions)
        for form in Form:
            half = [question for question in pool.questions if forms[question.id] is form]
            fitting = sum(draw.fits(question) for question in half)
            if draw.count > fitting or same > len(half):
                message = (
                    f"Form {form} of this pool has {min(fitting, len(half))} questions for these draws, but "
                    f"{draw.count if draw.count > fitting else same} are drawn. Draw fewer or add some to the pool."
                )
                self.report.at(path, place, "Z007", message)
                return False
        return True

    def _check_rivals(self, quiz: Quiz, draws: Sequence[DrawnFrom], pools: Mapping[str, Pool]) -> None:
        """Whether draws from one pool, each of which finds enough, can all have theirs: they may want the same ones."""
        for path in {asked.draw.pool: None for asked in draws}:
            rivals = [asked for asked in draws if asked.draw.pool == path]
            forms = forms_of(pools[path].questions) if quiz.has_forms else {}
            for form in Form if quiz.has_forms else (None,):
                part = [question for question in pools[path].questions if forms.get(question.id) is form]
                lacking = sum(asked.draw.count for asked in rivals) - len(
                    dealt([([each for each in part if asked.draw.fits(each)], asked.draw.count) for asked in rivals])
                )
                if lacking:
                    message = (
                        f"The draws from this pool want the same questions{f' of form {form}' if form else ''}: "
                        f"{lacking} more {'is' if lacking == 1 else 'are'} needed. Draw fewer, or add some that fit."
                    )
                    self.report.at(quiz.path, rivals[-1].place, "Z007" if form else "Z002", message)
                    break

    def _check_forms(self, quizzes: Iterable[ReadQuiz], pretest: ReadQuiz | None, exam: ReadQuiz | None) -> None:
        """Forms are for a test before the course and its exam, both or neither, and for draws."""
        for read in quizzes:
            if not read.quiz.has_forms:
                continue
            twin = exam if read is pretest else pretest
            if read not in (pretest, exam):
                message = "Forms are for pretest.md and exam.md. Delete this line."
            elif twin is None or not twin.quiz.has_forms:
                message = f"Write forms: AB in {'exam.md' if read is pretest else 'pretest.md'} too, or delete it here."
            elif not read.draws:
                message = "Forms are halves of pools, but nothing is drawn here. Draw from a pool, or delete this line."
            else:
                continue
            self.report.at(read.quiz.path, read.forms_place, "Z008", message)

    def _check_completion(self, head: Head, modules: list[Module], exam: ReadQuiz | None) -> None:
        if head.completion.exam is not None and exam is None:
            message = "Completion asks for an exam, but there is no exam.md. Add one, or delete exam here."
            self.report.at("course.md", head.completion_place, "F014", message)
        if head.completion.quizzes and not any(module.quiz is not None for module in modules):
            message = "Completion asks for the quizzes, but no module has a quiz.md. Add one, or delete quizzes here."
            self.report.at("course.md", head.completion_place, "F014", message)

    def _course(
        self,
        head: Head,
        texts: dict[str, CourseText],
        modules: list[Module],
        glossary: dict[str, tuple[Term, ...]],
        pools: list[Pool],
        pretest: ReadQuiz | None,
        exam: ReadQuiz | None,
    ) -> Course:
        return Course(
            slug=self.slug,
            digest="",
            version=head.version,
            language=head.language,
            languages=(head.language,),
            hours=head.hours,
            level=head.level,
            origin=head.origin,
            themes=head.themes,
            texts=texts,
            modules=tuple(modules),
            glossary=glossary,
            pools=tuple(pools),
            pretest=pretest.quiz if pretest else None,
            exam=exam.quiz if exam else None,
            completion=head.completion,
            certification=head.certification,
            assets=(),
        )

    def _with_assets(self, course: Course) -> Course:
        for path in sorted(self.links.used):
            self.pictures.take_download(path)
        for path in self.layout.others:
            if path not in self.pictures.used:
                message = "No page of the course shows this file. Use it or delete it."
                self.report.add(path, 1, 1, "X008", message)
        assets = sorted(self.pictures.assets.values(), key=lambda asset: (asset.path, asset.name))
        return replace(course, assets=tuple(assets))
