"""``/access``: the catalog as somebody else sees it: a review of ids, and all pages as the bearer of a token."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.errors import InvalidParameters, LlmanacError
from llmanac.pages.forms.form_field import PAIRS
from llmanac.pages.forms.posted import read_form
from llmanac.pages.site import VIEW_AS_COOKIE, PageContext, see_other
from llmanac.service.rules.policies.policies import AccessReview

MOST_IDS = 100


async def show(context: PageContext) -> Response:
    """The form of a review, and the review that was asked for."""
    fields = context.fields
    review, complaint = None, None
    if fields.one("token") or fields.one("claims"):
        try:
            review = await _review(context)
        except LlmanacError as error:
            complaint = error
    return context.render(
        "admin/access.html",
        status=complaint.code if complaint else 200,
        fields=fields,
        review=review,
        complaint=complaint,
    )


async def view_as(context: PageContext) -> Response:
    """Look at all pages as the bearer of a token, or as oneself again where none is named."""
    token = (await read_form(context.request)).one("token")
    response = see_other("/")
    if token is None:
        response.delete_cookie(VIEW_AS_COOKIE, path="/", httponly=True, samesite="lax")
        return response
    bearer = await context.site.policies.bearer_of(token)
    response.set_cookie(
        VIEW_AS_COOKIE,
        str(bearer.id),
        path="/",
        secure=context.request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


async def _review(context: PageContext) -> AccessReview:
    fields = context.fields
    try:
        claims = PAIRS.read([fields.one("claims") or ""])
    except ValueError as error:
        raise InvalidParameters(f"claims: {error}.") from None
    values = {name: [value] if isinstance(value, str) else value for name, value in claims.items()}
    ids = (fields.one("ids") or "").split()[:MOST_IDS]
    return await context.site.policies.review(token=fields.one("token"), claims=values, ids=ids)
