"""Accesses of every vendor, as somebody might write them in a profile."""

from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from vendors.ambition_access import AmbitionAccess
from vendors.appxite_access import EXTERNAL_IDS, AppxiteAccess
from vendors.axiom import AxiomAccess
from vendors.axolo import AxoloAccess
from vendors.ixon_access import Grant, IxonAccess

SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp"))


def words(longest: int = 60) -> st.SearchStrategy[str]:
    return st.text(SIGNS, min_size=1, max_size=longest).map(str.strip).filter(bool)


def _folded(one: object) -> str:
    return str(one).casefold()


TYPES = (words() | st.sampled_from(("A:", ":b", "a:b", "Team"))).filter(lambda one: ": " not in one)
GRANTS = st.builds(Grant, group=words(), role=words() | st.just("50% / 100%"))
AXOLO = st.builds(
    AxoloAccess, organization=st.none() | st.from_regex(r"[A-Za-z0-9-]{1,39}", fullmatch=True)
)
AXIOM = st.builds(AxiomAccess, role=words())
IXON = st.builds(
    IxonAccess,
    grants=st.lists(GRANTS, max_size=5, unique_by=lambda one: _folded(one.text)).map(tuple),
    message=st.none() | words(),
)
PROVIDED: dict[str, st.SearchStrategy[Any]] = {
    "role": st.none() | words(),
    "organizations": st.lists(words(), max_size=5, unique=True).map(tuple),
    "external_id": st.sampled_from(EXTERNAL_IDS),
}
APPXITE = st.builds(AppxiteAccess, **PROVIDED, identity_provider=st.none() | words()) | st.builds(
    AppxiteAccess, **PROVIDED, identity_provider=words(), activate_by_email=st.booleans()
)
AMBITION = (
    st.dictionaries(TYPES, words(), max_size=5)
    .filter(lambda groups: len({_folded(kind) for kind in groups}) == len(groups))
    .map(lambda groups: AmbitionAccess(groups=groups))
)

ANY: st.SearchStrategy[BaseModel] = st.one_of(AXOLO, AXIOM, IXON, APPXITE, AMBITION)
