/* SPDX-License-Identifier: MIT */
/*
 * Addresses as texts of numbers ("192.0.2.1", "2001:db8::1"), as server.h tells them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* As IPv6, where IPv4 is mapped (RFC 4291, 2.5.5.2). False and all zeros for what is no address. */
bool address_read(const char *text, uint8_t ret[16]);

bool address_is_ipv4(const uint8_t address[16]);

/* 127.0.0.0/8, ::1, and the former within IPv6. */
bool address_loopback(const char *text);
