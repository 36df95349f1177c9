"""Settings of a site, for «elearn serve --config PATH»: a copy of this file with your values.

Every setting is here with its default. An environment variable wins over this file: ELEARN_ and the same name, for
example ELEARN_PORT=8080 or ELEARN_LANGUAGES=en,ru. Options of the command win over both.
"""

# --- where things are ---

# The folder of the database and the secret key. On a local disk, never on NFS or SMB.
DATA_DIR = "data"

# None: a SQLite file in the data folder. For PostgreSQL: "postgresql://USER:PASSWORD@HOST/NAME".
DATABASE_URL = None

# The address under which people reach the site, with https:// where a proxy with a certificate stands before it.
# Needed before the first certificate, which prints it. Cookies are Secure only with https://.
PUBLIC_URL = None

# --- names ---

# The name at the top of every page.
SITE_NAME = "FIU Training"

# Who issues the certificates, and who signs them, as printed.
ISSUER_NAME = "Financial Intelligence Unit"
SIGNATORY = "Director of the Unit"

# The time zone of every time that is shown.
TIMEZONE = "Asia/Almaty"

# The languages offered, and the one for a browser that asks for none of them. uz is Uzbek in Latin letters, uz-Cyrl in
# Cyrillic ones.
LANGUAGES = ("en", "ru", "kk", "ky", "tg", "tk", "uz", "uz-Cyrl")
DEFAULT_LANGUAGE = "en"

# --- the server ---

# Where to listen. 127.0.0.1: only for a proxy on the same machine; 0.0.0.0: for the whole network.
HOST = "127.0.0.1"
PORT = 8000

# Processes that answer requests (0: one for each core), and how many pages each makes at once. On SQLite more than one
# makes all of them slower; for a PostgreSQL on another machine try two.
WORKERS = 0
THREADS = 1

# How many proxies stand before the site and set X-Forwarded-For and X-Forwarded-Proto. 0 believes no such header.
TRUSTED_PROXIES = 0

# How much is logged to standard error: debug, info, warning, error; and as text, lines for people, or as json, an
# object a line for a collector, with one for each request besides.
LOG_LEVEL = "info"
LOG_FORMAT = "text"

# Who may read /metrics beside programs on this machine: addresses and networks, such as ("10.1.2.3", "10.9.0.0/24").
# A request that came through a proxy is answered only to these.
METRICS_FROM = ()

# --- backups ---

# A folder for nothing but this site's backups, best on another disk; «elearn serve» takes one a day into it, and
# «elearn doctor» says how old the last one is. None: it takes none.
BACKUP_FOLDER = None

# The hour at which it does, in TIMEZONE. One that was missed is taken when the site starts.
BACKUP_AT = 2

# The last backup of each of so many days stays, and the last one of each of so many weeks; the others are deleted.
BACKUP_KEEP = 7

# A file whose first line is the passphrase that seals backups (chmod 600). Keep it elsewhere too: without it they
# cannot be read. Sealing takes seconds, and up to a gibibyte of memory. None: they are not sealed.
BACKUP_PASSPHRASE_FILE = None

# --- signing in ---

# A session ends after so many minutes without use (on a shared computer after fewer), and after so many hours in any
# case.
SESSION_IDLE_MINUTES = 480
SHARED_IDLE_MINUTES = 20
SESSION_HOURS = 168

# So many tries for one name are allowed in so many minutes (at most 10, at least 15 minutes): passwords, codes of the
# second step and one-time codes together.
SIGN_IN_TRIES = 8
SIGN_IN_WINDOW_MINUTES = 15

# Who must set up a second step of signing in before they can do anything else, such as ("administrator", "trainer");
# everybody may.
MFA_ROLES = ()

# Whom a password of this site lets in: everybody, or administrators alone; others then come by one of the doors below.
LOCAL_SIGN_IN = "everybody"

# --- single sign-on by OpenID Connect ---

# The address of the identity provider, just as it calls itself, and what it knows this site by. None: there is none.
# Register PUBLIC_URL/sign-in/provider/back there as the address to come back to, and PUBLIC_URL/sign-in for sign-out.
# Its certificate must be one that this machine trusts (SSL_CERT_FILE names a file with others).
OIDC_ISSUER = None
OIDC_CLIENT_ID = None

# A file with the client's secret and nothing else (chmod 600). None: a public client; PKCE is used in any case.
OIDC_CLIENT_SECRET_FILE = None

# What the button calls it: «Sign in with …». None: «single sign-on», in the reader's language.
OIDC_LABEL = None

# The values of acr in the provider's word that mean a second step, such as ("https://refeds.org/profile/mfa",); "mfa"
# among its amr always does. Whoever comes without is asked for the second step of this site, if they have one.
OIDC_MFA_ACR = ()

# Whether somebody who is not linked yet is linked by an e-mail address that the provider has verified and one account
# here has; administrators never are. Otherwise people link their accounts themselves, with their password.
OIDC_LINK_BY_EMAIL = False

# --- passwords of an LDAP directory ---

# The directory that also knows people's passwords. None: there is none. Accounts are made here all the same; a person
# is who has the same sign-in name there. Administrators are let in by the password of this site alone.
LDAP_HOST = None
LDAP_PORT = 636

# How the line is guarded: tls (port 636), starttls (port 389), or none (only for a directory on this machine); and a
# file with the certificates to trust, None: those that this machine trusts.
LDAP_TLS = "tls"
LDAP_CA_FILE = None

# As whom a person binds, such as "uid={name},ou=people,dc=fiu,dc=example" or "{name}@fiu.example".
LDAP_USER = None

# Or where people are looked for first, how, and as whom: None looks as nobody. The file has that password.
LDAP_SEARCH_BASE = None
LDAP_SEARCH_FILTER = "(uid={name})"
LDAP_READER = None
LDAP_READER_PASSWORD_FILE = None

# --- the cost of passwords ---

# What computing a password's hash costs (Argon2id). Each sign-in under way takes that much memory.
PASSWORD_MEMORY_MIB = 19
PASSWORD_ROUNDS = 2

# --- e-mail ---

# The mail server for links to a new password, invitations, and the daily digest, which people may ask for on their
# account's page. None: this site sends no e-mail.
SMTP_HOST = None
SMTP_PORT = 587

# How the line is guarded: starttls (port 587), tls (port 465), or none (only for a server on the same machine).
SMTP_TLS = "starttls"

# The account at the mail server, if it asks for one, and a file with its password and nothing else (chmod 600).
SMTP_USER = None
SMTP_PASSWORD_FILE = None

# From whom the letters come, such as "training@fiu.example".
SMTP_SENDER = None

# The hour, in TIMEZONE, from which on the digests of a day are sent.
DIGEST_AT = 6

# --- files that people send ---

# The virus scanner clamd, which looks at each file before it is taken: the path of its socket, such as
# "/run/clamav/clamd.ctl", or "host:port". While it does not answer, no file is taken. None: nothing is scanned.
CLAMD_ADDRESS = None

# --- limits ---

# In statistics, groups of fewer people than this are not shown to those who compare beyond their own agency.
SUPPRESS_BELOW = 5

# The largest file that trainers may send, in mebibytes. Other forms may have a quarter of one.
UPLOAD_LIMIT_MIB = 8

# --- how long things are kept ---

# Accounts that were disabled so many months ago are erased, and what was written and attached in attempts handed in so
# many months ago; what was chosen and the marks stay. 0: for good. «elearn person retention --dry-run» says what would
# go, and without --dry-run, from a monthly timer, it goes.
RETENTION_PEOPLE_MONTHS = 0
RETENTION_ANSWERS_MONTHS = 0
