/* SPDX-License-Identifier: MIT */
/* A model for the dashboard's test: one strategy that has proved itself and two that have not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct json_writer;

/* For bridge_models; `context` is a bool, whether there is a model. */
bool demo_model_write(void *context, struct json_writer *json, char *error, size_t error_size);
