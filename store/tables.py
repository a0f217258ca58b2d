"""The tables. The database checks what they promise: one reserved status a person, no window that ends too early."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    true,
)

from domain.status import ScheduleType
from store.types import UtcMoment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only in a column that is INTEGER to the letter.
_Number: Final = BigInteger().with_variant(Integer, "sqlite")

#: A partial index serves a query only if both spell its condition the same, so these are literals, not parameters.
RESERVED: Final = literal_column(f"'{ScheduleType.RESERVED.value}'", String)
PRESENT: Final = literal_column(f"'{ScheduleType.PRESENT.value}'", String)

domain = Table(
    "domain",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("zone", String(64), nullable=False),
    Column("statuses_are_on", Boolean, nullable=False, server_default=true()),
    Column("organisation_id", Integer, nullable=False, server_default="0"),
)

#: Numbers that no other domain gets: tokens name them, and PostgreSQL alone would remember that they were given.
removed_domain = Table(
    "removed_domain",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(255), nullable=False),
    Column("removed_at", UtcMoment, nullable=False),
)

#: The profile statuses that a domain has; one that has switched statuses off has none.
definition = Table(
    "definition",
    metadata,
    Column("domain_id", ForeignKey("domain.id"), primary_key=True, autoincrement=False),
    Column("profile_status_id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("icon_type", String(32), nullable=False),
    Column("display_order", Integer, nullable=False),
    Column("is_in_use", Boolean, nullable=False),
    Column("is_for_everybody", Boolean, nullable=False),
    Column("names", JSON, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain_id", ForeignKey("domain.id"), nullable=False),
    Column("user_id", String(64), nullable=False, unique=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("external_key", String(100)),
    Column("name", String(255), nullable=False),
    Column("is_administrator", Boolean, nullable=False),
    Column("deactivated_at", UtcMoment),
    Column("password_hash", String(255)),
    UniqueConstraint("domain_id", "external_key"),
    Index(None, "domain_id", "id"),  # a page of a domain's people is not looked for among everybody's
)

#: A person's further mail addresses. None is anybody's first one as well: who writes either holds this table.
alias = Table(
    "alias",
    metadata,
    Column("email", String(320), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
)

#: By what other names than their mail address people log in, in lower case.
login_name = Table(
    "login_name",
    metadata,
    Column("name", String(320), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
)

#: What people may administer. `parameter` is the number of a domain or an organisation, `*`, or empty.
role = Table(
    "role",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("permission", String(32), primary_key=True),
    Column("parameter", String(16), primary_key=True),
)

#: Rows are written once and never changed; statuses and events point at them, so that a mail text of some megabytes
#: is kept once, and the hot rows stay narrow.
auto_reply = Table(
    "auto_reply",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("content", JSON, nullable=False),
)

status = Table(
    "status",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("schedule_type", String(8), nullable=False),
    Column("profile_status_id", String(16), nullable=False),
    Column("message", Text),
    Column("starts_at", UtcMoment),
    Column("starts_offset", Integer),
    Column("ends_at", UtcMoment),
    Column("ends_offset", Integer),
    Column("auto_reply_id", ForeignKey("auto_reply.id")),
    Column("origin", String(8), nullable=False),
    Column("in_force_at", UtcMoment, nullable=False),
    Column("turn", Integer, nullable=False),
    CheckConstraint("schedule_type IN ('RESERVED', 'PRESENT')", name="schedule_type"),
    CheckConstraint("ends_at IS NULL OR ends_at > in_force_at", name="window"),
)

# Said so that PostgreSQL does not see that it holds what is reserved. A plan made while nobody had anything reserved
# would find the next start by this index, which means to read and sort all of it, and be kept when there are many.
Index(
    "uq_status_one_reserved",
    status.c.person_id,
    unique=True,
    sqlite_where=status.c.schedule_type == RESERVED,
    postgresql_where=func.upper(status.c.schedule_type) == RESERVED,
)
Index(
    "ix_status_start_due",
    status.c.in_force_at,
    status.c.id,
    sqlite_where=status.c.schedule_type == RESERVED,
    postgresql_where=status.c.schedule_type == RESERVED,
)
Index(
    "ix_status_end_due",
    status.c.ends_at,
    status.c.id,
    sqlite_where=status.c.schedule_type == PRESENT,
    postgresql_where=status.c.schedule_type == PRESENT,
)

#: Most statuses answer no mail, and their rows stay out of this index.
Index(
    "ix_status_auto_reply_id",
    status.c.auto_reply_id,
    sqlite_where=status.c.auto_reply_id.is_not(None),
    postgresql_where=status.c.auto_reply_id.is_not(None),
)

#: What a person's last out-of-office said, kept for the next one.
reply_texts = Table(
    "reply_texts",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("audience", SmallInteger, nullable=False),
    Column("starts_at", UtcMoment),
    Column("ends_at", UtcMoment),
    Column("internal", JSON(none_as_null=True)),
    Column("external", JSON(none_as_null=True)),
)

#: How many bytes of reply text were stored for a person on a day, which is told by its first moment.
reply_usage = Table(
    "reply_usage",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("day", UtcMoment, nullable=False),
    Column("stored", BigInteger, nullable=False),
)

#: One row a change, written with the change. No foreign keys but one: events outlive what they tell of.
event = Table(
    "event",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("person_id", Integer, nullable=False, index=True),
    Column("due_at", UtcMoment),
    Column("committed_at", UtcMoment, nullable=False, index=True),
    Column("actor", String(320), nullable=False),
    Column("request_id", String(64)),
    Column("status_id", String(64)),
    Column("schedule_type", String(8)),
    Column("profile_status_id", String(16)),
    Column("message", Text),
    Column("starts_at", UtcMoment),
    Column("ends_at", UtcMoment),
    Column("auto_reply_id", ForeignKey("auto_reply.id")),
    Column("origin", String(8)),
    Column("shown_status_id", String(64)),
    Column("shown_profile_status_id", String(16)),
)

Index(
    "ix_event_auto_reply_id",
    event.c.auto_reply_id,
    sqlite_where=event.c.auto_reply_id.is_not(None),
    postgresql_where=event.c.auto_reply_id.is_not(None),
)

#: Programs that get tokens by themselves. Of a secret its SHA-256 is kept; `token_lifetime` is in seconds.
client = Table(
    "client",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("domain_id", ForeignKey("domain.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("service_account", String(320), nullable=False, unique=True),
    Column("scopes", String(255), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("secret_digest", String(64), nullable=False),
    Column("token_lifetime", Integer, nullable=False),
    Column("rotates", Boolean, nullable=False),
    Column("revoked_at", UtcMoment),
    CheckConstraint("token_lifetime IN (3600, 86400)", name="token_lifetime"),
)

#: Refresh tokens by their SHA-256. One that was used up stays until its end, so that a second use is noticed.
refresh_token = Table(
    "refresh_token",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("family", String(64), nullable=False),
    Column("client_id", ForeignKey("client.id"), nullable=False, index=True),
    Column("scopes", String(255), nullable=False),
    Column("user_id", String(64)),
    Column("expires_at", UtcMoment, nullable=False, index=True),
    Column("used_at", UtcMoment),
)

#: Tokens that are void before their end: the `jti` of an access token, or the family of refresh tokens with all that
#: was issued for them. After `expires_at` nothing of it is left that could be shown.
revoked_token = Table(
    "revoked_token",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("expires_at", UtcMoment, nullable=False, index=True),
)
