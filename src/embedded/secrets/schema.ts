/** A secret, its versions, and the labels that say which version is current, previous or something of a user's own. */
export const schema = `
  create table if not exists secrets_secrets (
    id integer primary key autoincrement,
    account_id text not null,
    region text not null,
    name text not null,
    arn text not null unique,
    description text,
    kms_key_id text,
    tags text,
    policy text,
    created_ms integer not null,
    changed_ms integer not null,
    accessed_ms integer,
    deleted_ms integer,
    purge_ms integer,
    unique (account_id, region, name)
  ) strict;

  create index if not exists secrets_by_purge on secrets_secrets (purge_ms) where purge_ms is not null;

  create table if not exists secrets_versions (
    id integer primary key autoincrement,
    secret_id integer not null references secrets_secrets (id) on delete cascade,
    version_id text not null,
    secret_string text,
    secret_binary blob,
    kms_key_id text,
    created_ms integer not null,
    accessed_ms integer,
    unique (secret_id, version_id)
  ) strict;

  create table if not exists secrets_stages (
    secret_id integer not null,
    stage text not null,
    version_id text not null,
    primary key (secret_id, stage),
    foreign key (secret_id, version_id) references secrets_versions (secret_id, version_id) on delete cascade
  ) strict, without rowid;
`
