"""The facts of a day once more as SQL written by hand: every table read once, aggregated and joined. The anchor of the benchmarks.

One text for both databases; a flag is 0 or 1. `FACTS` has the columns of `StoredFact` that are counted.
"""

FLAGS = (
    "has_charter_clause",
    "is_decoupled",
    "has_supervisors",
    "has_organization",
    "has_own_organization",
    "has_joint_organization",
    "has_functional_organization",
    "has_hosted_organization",
    "has_instructor",
    "has_secretary",
    "head_is_secretary",
    "has_cross_appointment",
    "has_discipline_member",
    "supervisor_is_discipline_member",
    "ever_had_organization",
    "lost_organization",
    "was_asked_to_found",
)
SUMS = ("formal_members", "probationary_members", "leader_posts", "leader_party_posts")
DATES = ("own_term_ends_on", "chair_since")

_LIVE = "({0}.begins_on <= :day AND ({0}.ends_on IS NULL OR {0}.ends_on > :day))"
_HOLDS = "(({0}.begins_on IS NULL OR {0}.begins_on <= :day) AND ({0}.ends_on IS NULL OR {0}.ends_on > :day))"


def live(alias: str) -> str:
    return _LIVE.format(alias)


def holds(alias: str) -> str:
    return _HOLDS.format(alias)


def any_of(condition: str) -> str:
    return f"MAX(CASE WHEN {condition} THEN 1 ELSE 0 END)"


_LEADERS = "p.title IN ('chair', 'executive_chair', 'vice_chair', 'secretary_general')"
_SUPERVISORS = "p.title IN ('chief_supervisor', 'supervisor')"
_DISCIPLINE = "o.title IN ('discipline', 'discipline_secretary')"

FACTS = f"""
WITH covering AS (
  SELECT a.association_id, a.organization_id, s.setup, o.first_term_ends_on
  FROM partyorgs_affiliation a
  JOIN partyorgs_partyorganization o ON o.id = a.organization_id AND {live("o")}
  LEFT JOIN partyorgs_organizationsetup s ON s.organization_id = o.id AND {holds("s")}
  WHERE {live("a")}
),
last_election AS (
  SELECT e.organization_id, MAX(e.held_on) AS held_on FROM partyorgs_election e
  WHERE e.held_on <= :day GROUP BY e.organization_id
),
term AS (
  SELECT l.organization_id, e.term_ends_on FROM last_election l
  JOIN partyorgs_election e ON e.organization_id = l.organization_id AND e.held_on = l.held_on
),
secretaries AS (
  SELECT DISTINCT o.organization_id FROM partyorgs_partypost o WHERE o.title = 'secretary' AND {live("o")}
),
covered AS (
  SELECT c.association_id, {any_of("c.setup = 'own'")} AS own, {any_of("c.setup = 'joint'")} AS joint,
    {any_of("c.setup = 'functional'")} AS functional, {any_of("c.setup = 'hosted'")} AS hosted,
    {any_of("s.organization_id IS NOT NULL")} AS secretary,
    MAX(CASE WHEN c.setup = 'own' THEN COALESCE(t.term_ends_on, c.first_term_ends_on) END) AS own_term_ends_on
  FROM covering c LEFT JOIN term t ON t.organization_id = c.organization_id
  LEFT JOIN secretaries s ON s.organization_id = c.organization_id
  GROUP BY c.association_id
),
party_members AS (
  SELECT DISTINCT m.person_id FROM associations_partymembership m
  WHERE m.membership IN ('formal', 'probationary') AND {holds("m")}
),
daily AS (
  SELECT DISTINCT d.post_id FROM associations_dailywork d WHERE d.runs_daily AND {holds("d")}
),
post AS (
  SELECT p.association_id, p.person_id, p.title, p.begins_on, m.person_id AS member, d.post_id AS daily
  FROM associations_associationpost p
  LEFT JOIN party_members m ON m.person_id = p.person_id
  LEFT JOIN daily d ON d.post_id = p.id
  WHERE {live("p")}
),
posts AS (
  SELECT p.association_id, {any_of(_SUPERVISORS)} AS supervisors, COUNT(CASE WHEN {_LEADERS} THEN 1 END) AS leaders,
    COUNT(CASE WHEN {_LEADERS} AND p.member IS NOT NULL THEN 1 END) AS party_leaders,
    MAX(CASE WHEN p.title = 'chair' THEN p.begins_on END) AS chair_since
  FROM post p GROUP BY p.association_id
),
holder AS (
  SELECT p.association_id, p.person_id, {any_of("p.title = 'chair' OR p.daily IS NOT NULL")} AS heads,
    {any_of(_SUPERVISORS)} AS supervises
  FROM post p GROUP BY p.association_id, p.person_id
),
officers AS (
  SELECT o.association_id, {any_of("h.person_id IS NOT NULL")} AS crossed,
    {any_of("o.title = 'secretary' AND h.heads = 1")} AS head_secretary, {any_of(_DISCIPLINE)} AS discipline,
    {any_of(f"{_DISCIPLINE} AND h.supervises = 1")} AS supervisor_discipline
  FROM partyorgs_partypost o
  JOIN covering c ON c.organization_id = o.organization_id AND c.association_id = o.association_id AND c.setup = 'own'
  LEFT JOIN holder h ON h.association_id = o.association_id AND h.person_id = o.person_id
  WHERE {live("o")}
  GROUP BY o.association_id
),
counted_on AS (
  SELECT h.association_id,
    COALESCE(MAX(CASE WHEN h.as_of <= :day AND h.formal IS NOT NULL THEN h.as_of END),
             MIN(CASE WHEN h.as_of > :day AND h.formal IS NOT NULL THEN h.as_of END)) AS formal_on,
    COALESCE(MAX(CASE WHEN h.as_of <= :day AND h.probationary IS NOT NULL THEN h.as_of END),
             MIN(CASE WHEN h.as_of > :day AND h.probationary IS NOT NULL THEN h.as_of END)) AS probationary_on
  FROM associations_headcount h GROUP BY h.association_id
),
heads AS (
  SELECT h.association_id, MAX(CASE WHEN h.as_of = c.formal_on THEN h.formal END) AS formal,
    MAX(CASE WHEN h.as_of = c.probationary_on THEN h.probationary END) AS probationary
  FROM associations_headcount h JOIN counted_on c ON c.association_id = h.association_id
  GROUP BY h.association_id
),
history AS (
  SELECT a.association_id, {any_of("a.ends_on <= :day OR o.ends_on <= :day")} AS lost
  FROM partyorgs_affiliation a JOIN partyorgs_partyorganization o ON o.id = a.organization_id
  WHERE a.begins_on <= :day GROUP BY a.association_id
),
overseen AS (
  SELECT o.association_id, o.committee_id, c.path FROM associations_oversight o
  JOIN core_committee c ON c.id = o.committee_id WHERE {holds("o")}
),
charter AS (
  SELECT DISTINCT c.association_id FROM associations_charterclause c WHERE c.included AND {holds("c")}
),
decoupled AS (
  SELECT DISTINCT d.association_id FROM associations_decoupling d WHERE d.decoupled AND {holds("d")}
),
instructed AS (
  SELECT DISTINCT i.association_id FROM partyorgs_instructor i WHERE {live("i")}
),
asked AS (
  SELECT DISTINCT t.association_id FROM partyorgs_foundingtalk t WHERE t.held_on <= :day
)
SELECT s.id AS association_id, v.committee_id, COALESCE(v.path, '') AS committee_path, s.name, s.uscc, s.pinyin, s.kind,
  s.region_id, s.industry_id, s.competent_authority_id, s.industry_authority_id, s.registration_authority_id,
  s.registered_on, COALESCE(h.formal, 0) AS formal_members, COALESCE(h.probationary, 0) AS probationary_members,
  CASE WHEN charter.association_id IS NULL THEN 0 ELSE 1 END AS has_charter_clause,
  CASE WHEN decoupled.association_id IS NULL THEN 0 ELSE 1 END AS is_decoupled,
  COALESCE(posts.supervisors, 0) AS has_supervisors, COALESCE(posts.leaders, 0) AS leader_posts,
  COALESCE(posts.party_leaders, 0) AS leader_party_posts, posts.chair_since,
  CASE WHEN covered.association_id IS NULL THEN 0 ELSE 1 END AS has_organization,
  COALESCE(covered.own, 0) AS has_own_organization, COALESCE(covered.joint, 0) AS has_joint_organization,
  COALESCE(covered.functional, 0) AS has_functional_organization, COALESCE(covered.hosted, 0) AS has_hosted_organization,
  CASE WHEN instructed.association_id IS NULL THEN 0 ELSE 1 END AS has_instructor,
  COALESCE(covered.secretary, 0) AS has_secretary, COALESCE(officers.head_secretary, 0) AS head_is_secretary,
  COALESCE(officers.crossed, 0) AS has_cross_appointment, COALESCE(officers.discipline, 0) AS has_discipline_member,
  COALESCE(officers.supervisor_discipline, 0) AS supervisor_is_discipline_member, covered.own_term_ends_on,
  CASE WHEN history.association_id IS NULL THEN 0 ELSE 1 END AS ever_had_organization,
  COALESCE(history.lost, 0) AS lost_organization,
  CASE WHEN asked.association_id IS NULL THEN 0 ELSE 1 END AS was_asked_to_found
FROM associations_association s
LEFT JOIN overseen v ON v.association_id = s.id
LEFT JOIN heads h ON h.association_id = s.id
LEFT JOIN charter ON charter.association_id = s.id
LEFT JOIN decoupled ON decoupled.association_id = s.id
LEFT JOIN posts ON posts.association_id = s.id
LEFT JOIN covered ON covered.association_id = s.id
LEFT JOIN officers ON officers.association_id = s.id
LEFT JOIN instructed ON instructed.association_id = s.id
LEFT JOIN history ON history.association_id = s.id
LEFT JOIN asked ON asked.association_id = s.id
WHERE s.registered_on <= :day AND (s.deregistered_on IS NULL OR s.deregistered_on > :day)
"""

_COUNTERS = ", ".join(f"SUM({column}) AS {column}" for column in (*FLAGS, *SUMS))
_DATED = ", ".join(f"COUNT(CASE WHEN {column} > :day THEN 1 END) AS {column}" for column in DATES)
COUNTERS = f"COUNT(*) AS n, {_COUNTERS}, {_DATED}"


def everything(*, grouping_sets: bool) -> str:
    """Return the question for every counter in all and by group: at once where the database can, else by all groups together."""
    keys = "committee_id, region_id, industry_id, kind"
    by = "GROUPING SETS ((), (committee_id), (region_id), (industry_id), (kind))" if grouping_sets else keys
    return f"SELECT {keys}, {COUNTERS} FROM ({FACTS}) facts GROUP BY {by}"
