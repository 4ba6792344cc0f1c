"""Sets that are found as a whole before a path goes on from them: unions, superlatives, groups."""

from __future__ import annotations

from assistant.ask.cypher.clauses import Evidence
from assistant.ask.cypher.membership import Membership
from assistant.ask.form import Either, Grouped, How, Most, Things, Top

FUNCTIONS: dict[How, str] = {"sum": "sum", "average": "avg", "max": "max", "min": "min"}


class Ranking(Membership):
    """Writes subqueries and what ranks."""

    def subquery(self, form: Either | Top | Most | Grouped) -> str:
        """Write a set as CALL { }, and return the variable of its members."""
        found, confidence, support, statements = (self.names.new(letter) for letter in "ucps")
        parts = []
        for part in _alternatives(form):
            inner = self.inner()
            if isinstance(part, Top | Most | Grouped):
                text, node = inner.ranked(part)
                speaks = Evidence("confidence", "support", "statements")
            else:
                node = inner.things(part)
                text, speaks = str(inner.clauses), inner.clauses.of_path
            parts.append(
                f"{text}\nRETURN {node} AS {found}, {speaks.confidence} AS {confidence},"
                f" {speaks.support} AS {support}, {speaks.statements} AS {statements}"
            )
        body = "\nUNION ALL\n".join(parts)
        self.clauses.add(f"CALL {{\n{body}\n}}")
        self.clauses.add("WITH *")  # where conditions on what was found can stand
        self.clauses.evidence.append(Evidence(confidence, support, statements))
        return found

    def ranked(self, form: Top | Most | Grouped) -> tuple[str, str]:
        """Write what picks the members of a set, best first.

        Returns:
            The clauses and the variable of the members; beside it stand number, unit, confidence, support, statements.
        """
        match form:
            case Top(of, relation, greatest, n):
                end = self.things(of)
                value = self.number(end, relation)
                number = f"{'max' if greatest else 'min'}({value}.number)"
                heads = [f"WITH {end}, {number} AS number, null AS unit, {self._row()}"]
            case Most(of, relation, inverse, greatest, n):
                end = self.things(of)
                value = self.hop(end, self.relation(relation), inverse)
                heads = [f"WITH {end}, toFloat(count(DISTINCT {value})) AS number, null AS unit, {self._row()}"]
            case Grouped(_, _, _, _, test, greatest, n):
                end, heads = self._groups(form)
                if test is not None:
                    heads[-1] += f" WHERE {self.passes('number', test)}"
                    heads.append(f"WITH {end}, number, unit, confidence, support, statements")
        order = f"ORDER BY number {'DESC' if greatest else 'ASC'}, coalesce({end}.name, {end}.text), {end}.id"
        heads[-1] += f" {order}" + ("" if n is None else f" LIMIT {int(n)}")
        return "\n".join([str(self.clauses), *heads]), end

    def _groups(self, form: Grouped) -> tuple[str, list[str]]:
        member = self.things(form.of)
        end = self.walk(member, form.by)
        if form.how == "count":
            return end, [f"WITH {end}, toFloat(count(DISTINCT {member})) AS number, null AS unit, {self._row()}"]
        value = self.number(member, form.relation)
        return end, [
            # each member's value once, however many ways lead to the group
            f"WITH {end}, {member}, {value}, {self._row()}",
            f"WITH {end}, {value}.unit AS unit, {FUNCTIONS[form.how]}({value}.number) AS number,"
            " min(confidence) AS confidence, sum(support) AS support,"
            " reduce(all_ = [], each_ IN collect(statements) | all_ + each_) AS statements",
        ]

    def _row(self) -> str:
        speaks = self.clauses.of_row
        return f"{speaks.confidence} AS confidence, {speaks.support} AS support, {speaks.statements} AS statements"


def _alternatives(form: Things) -> list[Things]:
    """The sets of a union, nested ones in one row."""
    if isinstance(form, Either):
        return [*_alternatives(form.left), *_alternatives(form.right)]
    return [form]
