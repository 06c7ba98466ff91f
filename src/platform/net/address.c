/* SPDX-License-Identifier: MIT */
#include "platform/net/address.h"

#include <arpa/inet.h>
#include <string.h>

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

bool address_read(const char *text, uint8_t ret[16])
{
    memset(ret, 0, 16);
    if (inet_pton(AF_INET6, text, ret) == 1)
        return true;
    memset(ret, 0, 16);
    if (inet_pton(AF_INET, text, ret + 12) != 1)
        return false;
    memcpy(ret, mapped, sizeof mapped);
    return true;
}

bool address_is_ipv4(const uint8_t address[16])
{
    return memcmp(address, mapped, sizeof mapped) == 0;
}

bool address_loopback(const char *text)
{
    static const uint8_t one[16] = {[15] = 1};
    uint8_t address[16];
    if (!address_read(text, address))
        return false;
    return address_is_ipv4(address) ? address[12] == 127 : memcmp(address, one, 16) == 0;
}
