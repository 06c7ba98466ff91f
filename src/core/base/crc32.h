/* SPDX-License-Identifier: MIT */
/*
 * CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320, initial and final xor 0xFFFFFFFF): what
 * zlib calls crc32. Ours, because the core links libm alone and the order book needs it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* crc is 0 for the first piece, then the value returned for the piece before. */
uint32_t crc32_update(uint32_t crc, const void *data, size_t len);
