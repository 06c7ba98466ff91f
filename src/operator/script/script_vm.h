/* SPDX-License-Identifier: MIT */
/*
 * The machine that a script runs in: a LuaJIT state in one block of memory, its bounds, and the
 * copy that it is set back to.
 *
 *     |  state, libraries, the text's own tables  |  what a call allocates  ...  |
 *     0                                        image                            end
 *
 * Nothing is freed while a call runs, and no garbage is collected: the next one begins anew. What
 * loading left behind is collected once, and its holes are neither used again nor copied.
 */
#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parts of the image that are in use; the last may hold holes, too. */
#define SCRIPT_RUN_MAX 64

struct script_run {
    size_t begin, end;
};

/* Room to put a table's keys in order. */
#define SCRIPT_KEY_MAX 4096
#define SCRIPT_KEY_SIZE 32

struct script_vm {
    lua_State *lua;
    uint8_t *memory;
    size_t used, end, piece; /* bytes; the largest of one allocation */
    uint8_t *image;
    size_t image_size;
    uint8_t *holes; /* of each unit of the block: it was freed while loading */
    uint32_t run_count;
    struct script_run runs[SCRIPT_RUN_MAX];
    uint8_t *newest; /* the newest allocation: it may grow where it stands */
    int64_t budget;  /* instructions left */
    bool refused;    /* an allocation was, at this place: */
    char refused_at[LUA_IDSIZE + 16];
    void *keys;    /* SCRIPT_KEY_MAX of SCRIPT_KEY_SIZE */
    void *context; /* of the call under way */
};

/* False when memory is short, or this LuaJIT takes no memory but its own. */
bool script_vm_open(struct script_vm *vm);
void script_vm_close(struct script_vm *vm);

/* Once, when all is loaded: collects what loading left behind. */
bool script_vm_settle(struct script_vm *vm, char *fault, size_t fault_size);

/* From now on every call begins with what is there now. */
bool script_vm_keep(struct script_vm *vm);
void script_vm_restore(struct script_vm *vm);

/* Calls `function` with a full budget; whatever goes wrong inside comes back as false and a
 * sentence in `fault`. script_vm_of(L)->context is `context` meanwhile. */
bool script_vm_call(struct script_vm *vm, lua_CFunction function, void *context, char *fault,
                    size_t fault_size);

/* Within a call. */
struct script_vm *script_vm_of(lua_State *lua);

/* Work that no instruction counts: as much as so many instructions. */
void script_vm_charge(lua_State *lua, int64_t instructions);
