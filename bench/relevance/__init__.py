"""Measures how often search finds what was meant: judged questions, and the measures of a result.

``queries.jsonl`` has a question a line: how somebody wrote a model's name, where that way of writing comes from
(``source``), and what answers it. ``models`` are keys of ``models.json``, the offers of a base model as of
2026-08-18; ``at`` and ``dated`` narrow them to hosts or to ids of one date; ``acceptable`` is given where no such
rule says it. ``preferred`` are the offers that a person would expect first: at the host that the question names,
else at the lab's own.

They came in rounds. Questions of the ``first`` were looked at while the ranking was written; those of the ``second``
were composed afterwards, for scoring. Those of the ``third`` ask mostly for models that neither asks for, and in ways
that people type into a picker; they were scored before anything was changed (success@1 0.953, preferred@1 0.957), and
what failed was looked at. Those of the ``fourth`` were composed after what that led to, and told how far it carries:
0.988 where it had been 0.973, at 0.941 as before. One of what failed there was then put right.
Questions with a slip, without separators or unfinished were made of the others by chance.
"""
