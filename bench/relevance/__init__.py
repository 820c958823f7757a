"""How often search finds what was meant: judged questions, and the measures of an answer.

``queries.jsonl`` has a question a line: how somebody wrote a model's name, where that way of writing comes from
(``source``), and what answers it. ``models`` are keys of ``models.json``, the offers of a base model as of
2026-08-18; ``at`` and ``dated`` narrow them to hosts or to ids of one date; ``acceptable`` is given where no such
rule says it. ``preferred`` are the offers that a person would expect first: at the host that the question names,
else at the lab's own.

Questions of the ``first`` half of the work were looked at while the ranking was written; those of the ``second``
were composed afterwards, for scoring.
"""
