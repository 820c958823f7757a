"""The pages of one kind of document: its list, one document, its settings, its items and its text, with previews."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import tomli_w
from starlette.responses import Response

from llmanac.auth.scope import Scope
from llmanac.errors import InvalidParameters, LlmanacError, NotFound, ParameterFault
from llmanac.pages.forms.form_field import Form
from llmanac.pages.forms.posted import read_form
from llmanac.pages.forms.query_form import Fields
from llmanac.pages.site import PageContext, see_other
from llmanac.rules.documents import as_written
from llmanac.rules.overlay import Overlay
from llmanac.rules.policy import Policy
from llmanac.service.rules.resources.followed_files import DocumentKind
from llmanac.service.rules.resources.resource import ABSENT

MAX_FORM_BYTES = 64 << 10
MAX_TEXT_BYTES = 1 << 20
"""Maximum size of a posted text; longer documents are for the command."""
LAST_VERSIONS = 20
NEW = "new"
"""The number of an item that is to be added."""


Document: TypeAlias = Overlay | Policy


class DeclaredDocument(Protocol):
    """A document as it is declared now."""

    @property
    def document(self) -> Document: ...

    @property
    def version(self) -> int | None:
        """None where a file declares it."""

    @property
    def file(self) -> str | None:
        """None where the store does."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list in the documents of a kind, each item of which has a form."""

    form: Form
    noun: str
    """The name of one item."""
    note: str = ""
    """The meaning of their order."""


@dataclass(slots=True)
class Draft:
    """A document while it is edited: what was sent, what came of it, and what is wrong with it."""

    sent: Fields
    document: Document | None = None
    """None where it cannot be read."""
    complaint: LlmanacError | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    """The messages of faults, by the path of their field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceAdmin:
    """The pages of one kind of document; each public method but the last few is a view."""

    noun: str
    path: str
    """The path of its list; its name is that of the templates, too."""
    scope: Scope
    kind: DocumentKind[Any]
    settings: Form
    """The form of all that stands beside lists."""
    items: Mapping[str, Items]
    """The lists of a document by their key."""
    read: Callable[[Mapping[str, Any]], Document]
    service: Callable[[PageContext], Any]
    """Gives the service that reads and writes them: ``Overlays`` or ``Policies``."""
    preview: Callable[[PageContext, Any], Awaitable[Any]]
    """Previews a document in place of the one of its name."""
    describe: Callable[[PageContext, Any], Awaitable[Mapping[str, Any]]]
    """Further values for the template of one document."""
    options: Mapping[str, str] = field(default_factory=dict)
    """The labels of options of the service's ``put``, by name; each is off unless its box is ticked."""

    @property
    def title(self) -> str:
        """The name of the list."""
        return self.path[1:].capitalize()

    async def index(self, context: PageContext) -> Response:
        """The list of all documents."""
        service = self.service(context)
        listed = await service.all()
        return context.render(
            f"admin{self.path}.html",
            admin=self,
            listed=listed,
            trouble=service.trouble,
            unreadable=service.unreadable,
            about=context.fields.named(("match", "where")),
        )

    async def show(self, context: PageContext) -> Response:
        """One document: its items with what becomes of them, its settings, and its versions."""
        declared = await self._declared(context)
        versions = await self.service(context).versions(declared.document.name) if declared.file is None else ()
        return context.render(
            f"admin/{self.noun}.html",
            admin=self,
            declared=declared,
            written=as_written(declared.document),
            versions=versions[:LAST_VERSIONS],
            about=context.fields.named(("match", "where")),
            **await self.describe(context, declared),
        )

    async def add(self, context: PageContext) -> Response:
        """The form of a new document."""
        draft: Draft = Draft(context.fields)
        if context.request.method == "POST":
            draft = await self._settings_draft(context, {})
            if draft.document is not None and await self._is_saved(context, draft, expected=ABSENT):
                about = context.fields.named(("match", "where"))
                name, first = draft.document.name, next(iter(self.items))
                return see_other(about.url(f"{self.path}/{name}/{first}/{NEW}"))
        return self._form(context, draft, form=self.settings, kind="new", title=f"New {self.noun}", back=self.path)

    async def edit(self, context: PageContext) -> Response:
        """The form of a document's settings."""
        declared = await self._declared(context)
        written = as_written(declared.document)
        draft = Draft(self.settings.write(written), declared.document)
        here = f"{self.path}/{declared.document.name}"
        if context.request.method == "POST":
            draft = await self._settings_draft(context, written)
            if draft.document is not None and await self._is_saved(context, draft):
                return see_other(here)
        return await self._with_preview(
            context, draft, declared, form=self.settings, title=f"Settings of {declared.document.name}"
        )

    async def edit_item(self, context: PageContext) -> Response:
        """The form of an item of a list in a document, or of a new one."""
        declared = await self._declared(context)
        key, number = self._place(context, declared)
        written = as_written(declared.document)
        listed = list(written.get(key, ()))
        form = self.items[key].form
        draft = Draft(form.write(listed[number]) if number < len(listed) else context.fields, None)
        if context.request.method == "POST":
            sent = await read_form(context.request, max_bytes=MAX_FORM_BYTES)
            if sent.one("action") == "delete":
                del listed[number : number + 1]
                draft = self._read(sent, {**written, key: listed}, form=form, key=key, number=number)
            else:
                draft = self._item_draft(sent, written, key=key, number=number)
            if draft.document is not None and await self._is_saved(context, draft):
                return see_other(f"{self.path}/{declared.document.name}")
        noun = self.items[key].noun
        title = f"{noun.capitalize()} {number + 1}" if number < len(listed) else f"New {noun}"
        return await self._with_preview(context, draft, declared, form=form, title=title, key=key, number=number)

    async def edit_text(self, context: PageContext) -> Response:
        """The text of a document."""
        declared = await self._declared(context)
        text = tomli_w.dumps({self.kind.key: [as_written(declared.document)]})
        draft = Draft(Fields((("text", text),)), declared.document)
        if context.request.method == "POST":
            draft = self._text_draft(await read_form(context.request, max_bytes=MAX_TEXT_BYTES), declared.document.name)
            if draft.document is not None and await self._is_saved(context, draft):
                return see_other(f"{self.path}/{declared.document.name}")
        return await self._with_preview(context, draft, declared, form=None, title=f"{declared.document.name} as text")

    async def delete(self, context: PageContext) -> Response:
        """Delete a document; its versions are kept."""
        sent = await read_form(context.request)
        name = context.request.path_params["name"]
        await self.service(context).delete(name, expected=_version(sent), by=context.author)
        return see_other(self.path)

    async def _declared(self, context: PageContext) -> DeclaredDocument:
        declared: DeclaredDocument = await self.service(context).get(context.request.path_params["name"])
        return declared

    def _place(self, context: PageContext, declared: DeclaredDocument) -> tuple[str, int]:
        """The list of an item and its place in that, from 0; one behind the last for a new one. Raises NotFound."""
        key, number = context.request.path_params["items"], context.request.path_params["number"]
        if key in self.items:
            size = len(getattr(declared.document, key))
            if number == NEW:
                return key, size
            if number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= size:
                return key, int(number) - 1
        raise NotFound(f"The {self.noun} {declared.document.name!r} has no such {key.rstrip('s')[:40]}.")

    async def _settings_draft(self, context: PageContext, written: Mapping[str, Any]) -> Draft:
        sent = await read_form(context.request, max_bytes=MAX_FORM_BYTES)
        kept = {key: value for key, value in written.items() if key in {*self.items, "name"}}
        try:
            document = {**kept, **self.settings.read(sent), **({"name": written["name"]} if written else {})}
        except InvalidParameters as error:
            return self._faulty(sent, error, self.settings)
        return self._read(sent, document, form=self.settings)

    def _item_draft(self, sent: Fields, written: Mapping[str, Any], *, key: str, number: int) -> Draft:
        form = self.items[key].form
        listed = list(written.get(key, ()))
        try:
            item = form.read(sent)
            place = _place_of(sent, default=number, size=len(listed))
        except InvalidParameters as error:
            return self._faulty(sent, error, form)
        del listed[number : number + 1]
        listed.insert(place, item)
        return self._read(sent, {**written, key: listed}, form=form, key=key, number=place)

    def _text_draft(self, sent: Fields, name: str) -> Draft:
        try:
            documents = self.kind.read(sent.one("text") or "", origin="The text")
        except InvalidParameters as error:
            return Draft(sent, complaint=error)
        if [it.name for it in documents] != [name]:
            return Draft(sent, complaint=InvalidParameters(f"The text should hold one {self.noun}, named {name!r}."))
        return Draft(sent, documents[0])

    def _read(
        self, sent: Fields, document: Mapping[str, Any], *, form: Form, key: str | None = None, number: int = 0
    ) -> Draft:
        try:
            return Draft(sent, self.read(document))
        except InvalidParameters as error:
            return self._faulty(sent, error, form, key=key, number=number)

    def _faulty(
        self, sent: Fields, error: InvalidParameters, form: Form, *, key: str | None = None, number: int = 0
    ) -> Draft:
        """A draft that cannot be read, with the faults at their fields."""
        faults: dict[str, str] = {}
        for it in error.faults:
            loc = it.loc[2:] if key is not None and it.loc[:2] == (key, number) else it.loc
            faults[form.field_at(loc) or ".".join(map(str, loc))] = it.msg
        return Draft(sent, complaint=error, faults=faults)

    async def _is_saved(self, context: PageContext, draft: Draft, *, expected: int | None = None) -> bool:
        """Save a draft if that is what was asked for; a refusal becomes its complaint."""
        if draft.sent.one("action") not in {"save", "delete"} or draft.document is None:
            return False
        try:
            version = _version(draft.sent) if expected is None else expected
            chosen = {name: draft.sent.one(name) is not None for name in self.options}
            await self.service(context).put(draft.document, expected=version, by=context.author, **chosen)
        except LlmanacError as error:
            draft.complaint = error
            return False
        return True

    async def _with_preview(
        self,
        context: PageContext,
        draft: Draft,
        declared: DeclaredDocument,
        *,
        form: Form | None,
        title: str,
        key: str | None = None,
        number: int = 0,
    ) -> Response:
        """The form of a draft beside its preview; for htmx the preview alone."""
        preview = await self.preview(context, draft.document) if draft.document is not None else None
        if context.wants_part:
            return context.render(f"admin/{self.noun}_preview.html", preview=preview, complaint=draft.complaint)
        size = len(getattr(declared.document, key)) if key else 0
        return self._form(
            context,
            draft,
            form=form,
            kind="text" if form is None else "item" if key else "settings",
            title=title,
            back=f"{self.path}/{declared.document.name}",
            version=draft.sent.one("version") or declared.version,
            preview=preview,
            preview_template=f"admin/{self.noun}_preview.html",
            note=self.items[key].note if key else "",
            place=draft.sent.one("place") or number + 1,
            is_new=key is not None and number >= size,
        )

    def _form(
        self, context: PageContext, draft: Draft, *, form: Form | None, kind: str, title: str, **values: Any
    ) -> Response:
        return context.render(
            "admin/form.html",
            status=draft.complaint.code if draft.complaint else 200,
            admin=self,
            kind=kind,
            form=form,
            title=title,
            sent=draft.sent,
            way=form.way(draft.sent) if form else None,
            complaint=draft.complaint,
            faults=draft.faults,
            **{"version": None, "preview": None, "preview_template": None, "is_new": False, "note": "", "place": None}
            | values,
        )


def _version(sent: Fields) -> int | None:
    """The version that the form was made of. Raises InvalidParameters where it is none."""
    text = sent.one("version")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 -- the digits of a 64-bit number
        raise InvalidParameters("version: Input should be the number of a version.")
    return int(text)


def _place_of(sent: Fields, *, default: int, size: int) -> int:
    """The place that an item is to have, from 0. Raises InvalidParameters."""
    text = sent.one("place")
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) >= 1):  # noqa: PLR2004 -- more than any list has
        message = "Input should be a number from 1 on"
        raise InvalidParameters(f"place: {message}.", faults=(ParameterFault(("place",), message, "int_parsing"),))
    return min(int(text) - 1, size)
