/* SPDX-License-Identifier: MIT */
/* What is under way on the network, by the time it arrives: a binary heap. */
#include "lan_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

static bool earlier(const struct parcel *a, const struct parcel *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void sift_up(struct lan *lan, struct parcel parcel)
{
    uint32_t at = lan->parcel_count++;
    while (at > 0 && earlier(&parcel, &lan->parcels[(at - 1) / 2])) {
        lan->parcels[at] = lan->parcels[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    lan->parcels[at] = parcel;
}

void lan_push(struct lan *lan, struct parcel parcel)
{
    CHECK(lan->parcel_count < LAN_PARCELS);
    parcel.order = lan->order++;
    sift_up(lan, parcel);
}

struct parcel lan_pop(struct lan *lan)
{
    const struct parcel first = lan->parcels[0], last = lan->parcels[--lan->parcel_count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < lan->parcel_count; child = 2 * at + 1) {
        if (child + 1 < lan->parcel_count &&
            earlier(&lan->parcels[child + 1], &lan->parcels[child])) {
            child++;
        }
        if (!earlier(&lan->parcels[child], &last)) {
            break;
        }
        lan->parcels[at] = lan->parcels[child];
        at = child;
    }
    lan->parcels[at] = last;
    return first;
}

char *lan_copy(const char *text, size_t len)
{
    char *made = malloc(len + 1);
    CHECK(made != NULL);
    if (len > 0) {
        memcpy(made, text, len);
    }
    made[len] = '\0';
    return made;
}
