/* SPDX-License-Identifier: MIT */
/* The board's statements, for the board alone. */
#pragma once

#include "store/postgres.h"

/* What the comment on cuttle_study says. */
#define BOARD_SQL_VERSION "cuttle board 1"

/* $1 is the study's id wherever there is one; all may be run twice. */
extern const char *const board_sql_tables;
extern const struct postgres_statement board_sql_version; /* is there a board? its version */
extern const struct postgres_statement board_sql_begin;   /* name, terms */
extern const struct postgres_statement board_sql_study;   /* name: its id, its terms */
extern const struct postgres_statement board_sql_offer;   /* first number, points by line */
extern const struct postgres_statement board_sql_claim;   /* worker, lease in s, most, end */
extern const struct postgres_statement board_sql_renew;   /* numbers, worker, lease in s */
extern const struct postgres_statement board_sql_release; /* numbers, worker */
extern const struct postgres_statement board_sql_put; /* number, worker, line, returns: whether it
                                                         was written, and who had it before */
extern const struct postgres_statement board_sql_missing; /* numbers: those without a result */
extern const struct postgres_statement board_sql_take;    /* numbers: number, line, returns */
