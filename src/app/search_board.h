/* SPDX-License-Identifier: MIT */
/*
 * A search that workers on other hosts share: what stands between its own state and the board
 * (research/board.h). What is proposed is offered there instead of being given to the crew; what is
 * claimed there is given to it; what the crew has done, and what others have, is told to the search
 * when the board has it. While the server is away the crew works on what was claimed.
 */
#pragma once

#include "app/search.h"
#include "platform/json/json_writer.h"

/* Meets the study on the board. False with the reason in `error`. */
bool search_board_open(struct search_job *job, const struct study_terms *terms,
                       char error[BACKTEST_ERROR_MAX]);

/* After proposals, and whenever there is time: exchanges with the board what there is. */
bool search_board_step(struct search_job *job, struct crew *crew, char error[BACKTEST_ERROR_MAX]);

/* A set that the crew has done: it counts when the board has it. */
void search_board_done(struct search_job *job, size_t index, enum trial_path path);

/* The crew is gone: what is done is put on the board, what is not is given back. */
void search_board_leave(struct search_job *job);

void search_board_close(struct search_job *job);

/* What this worker had to do with it: a line, and a member "board". */
void search_board_say(const struct search_job *job, FILE *out);
void search_board_json(const struct search_job *job, struct json_writer *json);
