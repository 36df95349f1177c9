"""One typed settings object: ``ELEARN_*`` environment variables over a ``config.py`` over these defaults."""

import runpy
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from elearn.core.addresses import is_guarded, is_loopback
from elearn.core.languages import NAMES
from elearn.core.refusals import Unsound

LANGUAGES = tuple(NAMES)


class BadSettings(Unsound):
    """A setting has a value that cannot be used."""

    message = "The setting %(name)s cannot be used: %(reason)s."


class NoConfigFile(Unsound):
    """The file named with ``--config`` cannot be read."""

    message = "The configuration file %(path)s cannot be read: %(reason)s."


def sqlalchemy_address(url: str) -> str:
    """A database's address as people write it, with the driver that SQLAlchemy is to use for PostgreSQL."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


class Settings(BaseSettings):
    """Everything a deployment may set.

    Names are the same, in capitals, in ``config.py``, and with ``ELEARN_`` before them in the environment.
    """

    model_config = SettingsConfigDict(
        env_prefix="ELEARN_", extra="forbid", frozen=True, env_file=None, validate_default=True
    )

    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    public_url: str | None = None
    site_name: str = "FIU Training"
    issuer_name: str = "Financial Intelligence Unit"
    signatory: str = "Director of the Unit"
    timezone: str = "Asia/Almaty"
    languages: Annotated[tuple[str, ...], NoDecode] = LANGUAGES
    default_language: str = "en"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=0, ge=0, le=256)
    threads: int = Field(default=1, ge=1, le=64)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    session_idle_minutes: int = Field(default=8 * 60, ge=5)
    session_hours: int = Field(default=24 * 7, ge=1)
    shared_idle_minutes: int = Field(default=20, ge=1)
    sign_in_tries: int = Field(default=8, ge=3, le=10)
    sign_in_window_minutes: int = Field(default=15, ge=15)
    mfa_roles: Annotated[
        tuple[Literal["officer", "trainer", "manager", "organiser", "coordinator", "administrator"], ...], NoDecode
    ] = ()
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret_file: Path | None = None
    oidc_label: str | None = None
    oidc_mfa_acr: Annotated[tuple[str, ...], NoDecode] = ()
    oidc_link_by_email: bool = False
    ldap_host: str | None = None
    ldap_port: int = Field(default=636, ge=1, le=65535)
    ldap_tls: Literal["tls", "starttls", "none"] = "tls"
    ldap_ca_file: Path | None = None
    ldap_user: str | None = None
    ldap_search_base: str | None = None
    ldap_search_filter: str = "(uid={name})"
    ldap_reader: str | None = None
    ldap_reader_password_file: Path | None = None
    local_sign_in: Literal["everybody", "administrators"] = "everybody"
    password_memory_mib: int = Field(default=19, ge=1)
    password_rounds: int = Field(default=2, ge=1)
    suppress_below: int = Field(default=5, ge=1)
    upload_limit_mib: Decimal = Field(default=Decimal(8), gt=0)
    retention_people_months: int = Field(default=0, ge=0, le=1200)
    retention_answers_months: int = Field(default=0, ge=0, le=1200)
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    smtp_sender: str | None = None
    digest_at: int = Field(default=6, ge=0, le=23)
    clamd_address: str | None = None
    backup_folder: Path | None = None
    backup_at: int = Field(default=2, ge=0, le=23)
    backup_keep: int = Field(default=7, ge=1)
    backup_passphrase_file: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    metrics_from: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("public_url")
    @classmethod
    def _plain_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("https://", "http://")):
            raise ValueError("it must start with https:// or http://")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
            raise ValueError("it must be the name of a time zone, such as Asia/Almaty") from problem
        return value

    @field_validator("clamd_address")
    @classmethod
    def _path_or_host_with_port(cls, value: str | None) -> str | None:
        host, _, port = (value or "").rpartition(":")
        if value is not None and not value.startswith("/") and not (host and port.isdecimal() and int(port) < 65536):
            raise ValueError("it must be the path of a socket, such as /run/clamav/clamd.ctl, or host:port")
        return value

    @field_validator("languages", "metrics_from", "mfa_roles", "oidc_mfa_acr", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Take what an environment variable can say: ``en,ru``."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("metrics_from")
    @classmethod
    def _known_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ip_network(network)
            except ValueError as problem:
                raise ValueError("each must be an address or a network, such as 10.1.2.3 or 10.1.2.0/24") from problem
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _guarded_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and (not is_guarded(value) or "?" in value or "#" in value):
            raise ValueError("it must start with https://, without ? and #; http:// is for this machine alone")
        if value is not None and info.data.get("public_url") is None:
            raise ValueError("PUBLIC_URL is not set, and the provider sends people back there")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _client_of_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("oidc_issuer") is not None and not value:
            raise ValueError("OIDC_ISSUER is set, and the provider knows this site by a client id")
        return value

    @field_validator("ldap_tls")
    @classmethod
    def _guarded_directory(cls, value: str, info: ValidationInfo) -> str:
        if value == "none" and not is_loopback(info.data.get("ldap_host") or "localhost"):
            raise ValueError("passwords would travel in the open; none is for a directory on this machine alone")
        return value

    @field_validator("ldap_user", "ldap_search_filter")
    @classmethod
    def _with_name(cls, value: str | None) -> str | None:
        if value is not None and value.count("{name}") != 1:
            raise ValueError("it must hold {name} once, where the sign-in name stands")
        return value

    @field_validator("ldap_search_base")
    @classmethod
    def _one_way_to_bind(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("ldap_host") is not None and (value is None) == (info.data.get("ldap_user") is None):
            raise ValueError("LDAP_HOST needs either LDAP_USER or LDAP_SEARCH_BASE")
        return value

    @field_validator("local_sign_in")
    @classmethod
    def _somewhere_else(cls, value: str, info: ValidationInfo) -> str:
        if value != "everybody" and info.data.get("oidc_issuer") is None and info.data.get("ldap_host") is None:
            raise ValueError("nobody else could sign in: neither OIDC_ISSUER nor LDAP_HOST is set")
        return value

    @field_validator("default_language")
    @classmethod
    def _offered_language(cls, value: str, info: ValidationInfo) -> str:
        if value not in info.data.get("languages", LANGUAGES):
            raise ValueError("it must be one of LANGUAGES")
        return value

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [language for language in value if language not in LANGUAGES]
        if unknown or not value:
            raise ValueError(f"each must be one of {', '.join(LANGUAGES)}")
        return value

    @property
    def sends_mail(self) -> bool:
        """Whether letters with links can be sent: there is a mail server, a sender and an address to lead to."""
        return None not in (self.smtp_host, self.smtp_sender, self.public_url)

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address: PostgreSQL if one is set, else the SQLite file in the data folder."""
        if self.database_url is None:
            return f"sqlite:///{(self.data_dir / 'elearn.sqlite').resolve()}"
        return sqlalchemy_address(self.database_url.get_secret_value())

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site over https."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over what a ``config.py`` or a command line passes as defaults."""
        return (env_settings, init_settings)


class _Told(Settings):
    """Settings that were told in full, so that the environment has no say in them."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *others: PydanticBaseSettingsSource,
        **more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was told, and nothing else."""
        return (init_settings,)


def load_settings(config: Path | None = None, **over: Any) -> Settings:
    """The settings: ``over`` (the command line) > environment > ``config`` > defaults.

    Raises BadSettings for a value that cannot be used or a name nobody knows, NoConfigFile for a file that cannot be
    read.
    """
    values: dict[str, Any] = {}
    if config is not None:
        try:
            values = {name.lower(): value for name, value in runpy.run_path(str(config)).items() if name.isupper()}
        except OSError as problem:
            raise NoConfigFile(path=config, reason=problem.strerror) from problem
        except Exception as problem:
            raise NoConfigFile(path=config, reason=f"{type(problem).__name__}: {problem}") from problem
    given = {name: value for name, value in over.items() if value is not None}
    try:
        settings = Settings(**values)
        if not given:
            return settings
        told = _Told(**(settings.model_dump() | given))
        return settings.model_copy(update=told.model_dump())
    except ValidationError as problem:
        first = problem.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "?"
        raise BadSettings(name=name, reason=first["msg"].removeprefix("Value error, ")) from problem
