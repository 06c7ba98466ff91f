/* SPDX-License-Identifier: MIT */
/* What the model file's files share among themselves; nobody else includes this. */
#pragma once

#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/model_file.h"

#define MODEL_FILE_VERSION 1

void model_file_put_trained(struct json_writer *writer, const struct trained *trained);

/* Everything of the text, not yet checked by what it means. */
int model_file_take(const char *text, size_t len, struct model_file *ret, char *error,
                    size_t error_size);
