/* SPDX-License-Identifier: MIT */
#include "research/board_sql.h"

/* Workers may make the tables at the same moment, and "if not exists" is no lock: the first line
 * is one, held to the end of the script. Its number is "cuttle" in ASCII. */
const char *const board_sql_tables =
    "SELECT pg_advisory_xact_lock(109356116110437);\n"
    "CREATE TABLE IF NOT EXISTS cuttle_study (\n"
    "  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "  name text NOT NULL UNIQUE,\n"
    "  terms text NOT NULL,\n"
    "  made timestamptz NOT NULL DEFAULT now());\n"
    "COMMENT ON TABLE cuttle_study IS '" BOARD_SQL_VERSION "';\n"
    "CREATE TABLE IF NOT EXISTS cuttle_trial (\n"
    "  study bigint NOT NULL REFERENCES cuttle_study ON DELETE CASCADE,\n"
    "  number bigint NOT NULL,\n"
    "  point text NOT NULL,\n"
    "  worker text,\n"
    "  lease_until timestamptz,\n"
    "  claims integer NOT NULL DEFAULT 0,\n" /* that were not given back */
    "  done timestamptz,\n"
    "  line text,\n"
    "  returns bytea,\n"
    "  PRIMARY KEY (study, number),\n"
    "  CHECK ((done IS NULL) = (line IS NULL) AND (done IS NULL) = (returns IS NULL)));\n"
    "CREATE INDEX IF NOT EXISTS cuttle_trial_open ON cuttle_trial (study, number)\n"
    "  WHERE done IS NULL;\n";

const struct postgres_statement board_sql_version = {
    "board_version", "SELECT to_regclass('cuttle_study') IS NOT NULL,"
                     " coalesce(obj_description(to_regclass('cuttle_study'), 'pg_class'), '')"};

const struct postgres_statement board_sql_begin = {
    "board_begin", "INSERT INTO cuttle_study (name, terms) VALUES ($1::text, $2::text)"
                   " ON CONFLICT (name) DO NOTHING"};

const struct postgres_statement board_sql_study = {
    "board_study", "SELECT id, terms FROM cuttle_study WHERE name = $1::text"};

/* In the order of their numbers, so that two workers who offer the same never wait for each other
 * in a ring. */
const struct postgres_statement board_sql_offer = {
    "board_offer", "INSERT INTO cuttle_trial (study, number, point)"
                   " SELECT $1::bigint, $2::bigint + place - 1, point"
                   " FROM unnest(string_to_array($3::text, E'\\n')) WITH ORDINALITY"
                   " AS offered (point, place) ORDER BY place"
                   " ON CONFLICT (study, number) DO NOTHING"};

/* Rows that another claims at this moment are skipped, not waited for. The choice stands in a WITH,
 * which is worked out once: as a subquery it may be worked out again and choose others. */
const struct postgres_statement board_sql_claim = {
    "board_claim", "WITH free AS ("
                   " SELECT number FROM cuttle_trial"
                   " WHERE study = $1::bigint AND done IS NULL AND number < $5::bigint"
                   " AND (lease_until IS NULL OR lease_until < now())"
                   " ORDER BY number LIMIT $4::bigint FOR UPDATE SKIP LOCKED),"
                   " claimed AS ("
                   " UPDATE cuttle_trial AS trial SET worker = $2::text, claims = claims + 1,"
                   " lease_until = now() + $3::bigint * interval '1 second'"
                   " FROM free WHERE trial.study = $1::bigint AND trial.number = free.number"
                   " RETURNING trial.number, trial.claims, trial.point)"
                   " SELECT number, claims, point FROM claimed ORDER BY number"};

const struct postgres_statement board_sql_renew = {
    "board_renew", "UPDATE cuttle_trial SET lease_until = now() + $4::bigint * interval '1 second'"
                   " WHERE study = $1::bigint AND number = ANY ($2::bigint[])"
                   " AND worker = $3::text AND done IS NULL"};

const struct postgres_statement board_sql_release = {
    "board_release", "UPDATE cuttle_trial SET lease_until = NULL, worker = NULL,"
                     " claims = claims - 1"
                     " WHERE study = $1::bigint AND number = ANY ($2::bigint[])"
                     " AND worker = $3::text AND done IS NULL"};

/* The outer SELECT sees the row as it was before: whoever had it. */
const struct postgres_statement board_sql_put = {
    "board_put", "WITH written AS ("
                 " UPDATE cuttle_trial SET done = now(), worker = $3::text, lease_until = NULL,"
                 " line = $4::text, returns = $5::bytea"
                 " WHERE study = $1::bigint AND number = $2::bigint AND done IS NULL"
                 " RETURNING 1)"
                 " SELECT (SELECT count(*) FROM written), coalesce(worker, '')"
                 " FROM cuttle_trial WHERE study = $1::bigint AND number = $2::bigint"};

const struct postgres_statement board_sql_missing = {
    "board_missing", "SELECT number FROM cuttle_trial"
                     " WHERE study = $1::bigint AND number = ANY ($2::bigint[]) AND done IS NULL"
                     " ORDER BY number"};

const struct postgres_statement board_sql_take = {
    "board_take", "SELECT number, line, returns FROM cuttle_trial"
                  " WHERE study = $1::bigint AND number = ANY ($2::bigint[]) AND done IS NOT NULL"
                  " ORDER BY number"};
