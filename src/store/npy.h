/* SPDX-License-Identifier: MIT */
/*
 * The header of a NumPy .npy file of candles (NumPy Enhancement Proposal 1, format 1.0 to 3.0):
 *
 *     \x93NUMPY 1 0 len16 {'descr': [('time', '<i8'), ('open', '<f8'), ...], 'fortran_order':
 *     False, 'shape': (1000,), }          padded with spaces, ended by a newline
 *
 * Ours is padded to 512 bytes, so that the row count can be rewritten in place. What numpy.save
 * writes is read as well, wherever its rows begin.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define NPY_HEADER_SIZE 512

/* Writes the header for `rows` candles. */
void npy_write_header(char out[NPY_HEADER_SIZE], uint64_t rows);

/*
 * Reads the header that `bytes` (the file's first bytes, as many as there are) begin with. Returns
 * NULL and fills the row count and where the first row begins; else what is wrong, in words.
 */
const char *npy_read_header(const void *bytes, size_t len, uint64_t *ret_rows, size_t *ret_offset);
