/* SPDX-License-Identifier: MIT */
#pragma once

/* Lines that a reader may type, below the help of a command; NULL: it needs none. */
const char *examples_of(const char *command);
