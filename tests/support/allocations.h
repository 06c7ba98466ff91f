/* SPDX-License-Identifier: MIT */
/*
 * Counts the allocations that this thread makes while `counting` is set: with the sanitizer's hooks
 * where it is built in, else by standing in malloc's place. Included by one file of a program.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

static _Thread_local volatile size_t allocations;
static _Thread_local volatile bool counting; /* or the compiler, which knows malloc, moves it */

#if defined(__SANITIZE_ADDRESS__)
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));

static void note_malloc(const volatile void *memory, size_t size)
{
    (void)memory;
    (void)size;
    allocations += counting;
}

static void note_free(const volatile void *memory)
{
    (void)memory;
}

__attribute__((constructor)) static void count_allocations(void)
{
    __sanitizer_install_malloc_and_free_hooks(note_malloc, note_free);
}
#else
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    allocations += counting;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations += counting;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    allocations += counting;
    return __libc_realloc(memory, size);
}
#endif
