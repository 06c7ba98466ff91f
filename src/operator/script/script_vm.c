/* SPDX-License-Identifier: MIT */
#include "operator/script/script_vm.h"

#include <lauxlib.h>
#include <luajit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "operator/script/script.h"

/* What loading may take, with the state itself and its copy of the text. */
#define LOAD_SIZE (256u << 10)

/* A text's main function is one piece, and its parser's buffers are. */
#define LOAD_PIECE_SIZE (128u << 10)

/* The hook counts in steps of so many instructions. */
#define GRAIN 1000

#define ALIGNMENT 16u

struct script_vm *script_vm_of(lua_State *lua)
{
    void *vm = NULL;
    lua_getallocf(lua, &vm);
    return vm;
}

/* The innermost function that has lines. */
static void note_place(struct script_vm *vm)
{
    lua_Debug at;
    vm->refused = true;
    vm->refused_at[0] = '\0';
    for (int level = 0; vm->lua != NULL && lua_getstack(vm->lua, level, &at); level++) {
        if (lua_getinfo(vm->lua, "Sl", &at) && at.currentline > 0) {
            snprintf(vm->refused_at, sizeof vm->refused_at, "%s:%d: ", at.short_src,
                     at.currentline);
            return;
        }
    }
}

static void leave_hole(struct script_vm *vm, const void *old, size_t size)
{
    if (old != NULL && vm->image == NULL) {
        const size_t at = (size_t)((const uint8_t *)old - vm->memory);
        memset(vm->holes + at / ALIGNMENT, 1, (size + ALIGNMENT - 1) / ALIGNMENT);
    }
}

static void *allocate(void *context, void *old, size_t old_size, size_t size)
{
    struct script_vm *vm = context;
    if (size == 0) {
        leave_hole(vm, old, old_size);
        return NULL;
    }
    if (old != NULL && size <= old_size) {
        return old;
    }
    const size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    uint8_t *at = old != NULL && old == vm->newest ? old : vm->memory + vm->used;
    if (size > vm->piece || (size_t)(at - vm->memory) + rounded > vm->end) {
        note_place(vm);
        return NULL;
    }
    if (old != NULL && at != old) {
        memcpy(at, old, old_size);
        leave_hole(vm, old, old_size);
    }
    vm->used = (size_t)(at - vm->memory) + rounded;
    vm->newest = at;
    return at;
}

/* Nothing is run outside a protected call. */
static int panic(lua_State *lua)
{
    (void)lua;
    CHECK(false);
    return 0;
}

static void spend(lua_State *lua, lua_Debug *at)
{
    struct script_vm *vm = script_vm_of(lua);
    vm->budget -= GRAIN;
    if (vm->budget > 0) {
        return;
    }
    lua_getinfo(lua, "Sl", at);
    lua_pushfstring(lua, "%s:%d: more than %d instructions in one go: a loop without an end?",
                    at->short_src, at->currentline, SCRIPT_INSTRUCTIONS);
    lua_error(lua);
}

void script_vm_charge(lua_State *lua, int64_t instructions)
{
    struct script_vm *vm = script_vm_of(lua);
    vm->budget -= instructions;
    if (vm->budget <= 0) {
        luaL_error(lua, "more work than %d instructions in one go: a loop without an end?",
                   SCRIPT_INSTRUCTIONS);
    }
}

bool script_vm_open(struct script_vm *vm)
{
    const size_t size = LOAD_SIZE + SCRIPT_STEP_SIZE, keys = SCRIPT_KEY_MAX * SCRIPT_KEY_SIZE;
    *vm = (struct script_vm){
        .memory = calloc(1, size + keys + LOAD_SIZE / ALIGNMENT),
        .end = LOAD_SIZE,
        .piece = LOAD_PIECE_SIZE,
    };
    if (vm->memory == NULL) {
        return false;
    }
    vm->keys = vm->memory + size;
    vm->holes = vm->memory + size + keys;
    vm->lua = lua_newstate(allocate, vm);
    if (vm->lua == NULL) {
        script_vm_close(vm);
        return false;
    }
    lua_atpanic(vm->lua, panic);
    /* Compiled code runs past the hook that counts; and nothing is collected. */
    luaJIT_setmode(vm->lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    lua_gc(vm->lua, LUA_GCSTOP, 0);
    lua_sethook(vm->lua, spend, LUA_MASKCOUNT, GRAIN);
    return true;
}

/* The state stands in the block, and nothing of it elsewhere: it needs no lua_close. */
void script_vm_close(struct script_vm *vm)
{
    free(vm->memory);
    free(vm->image);
    *vm = (struct script_vm){0};
}

/* What is in use, in few pieces: a small hole is cheaper to copy than to go round. */
static void find_runs(struct script_vm *vm)
{
    const size_t units = vm->image_size / ALIGNMENT, small = 8;
    size_t hole = small;
    vm->run_count = 0;
    for (size_t i = 0; i < units; i++) {
        const bool empty = i < LOAD_SIZE / ALIGNMENT && vm->holes[i] != 0;
        if (empty) {
            hole++;
            continue;
        }
        if (hole >= small && vm->run_count < SCRIPT_RUN_MAX) {
            vm->runs[vm->run_count++].begin = i * ALIGNMENT;
        }
        vm->runs[vm->run_count - 1].end = (i + 1) * ALIGNMENT;
        hole = 0;
    }
}

static int collect_inside(lua_State *lua)
{
    lua_gc(lua, LUA_GCCOLLECT, 0);
    lua_gc(lua, LUA_GCSTOP, 0);
    return 0;
}

bool script_vm_settle(struct script_vm *vm, char *fault, size_t fault_size)
{
    lua_settop(vm->lua, 0);
    return script_vm_call(vm, collect_inside, NULL, fault, fault_size);
}

bool script_vm_keep(struct script_vm *vm)
{
    uint8_t *image = realloc(vm->image, vm->used);
    if (image == NULL) {
        return false;
    }
    memcpy(image, vm->memory, vm->used);
    vm->image = image;
    vm->image_size = vm->used;
    find_runs(vm);
    vm->end = vm->used + SCRIPT_STEP_SIZE;
    vm->piece = SCRIPT_PIECE_SIZE;
    return true;
}

void script_vm_restore(struct script_vm *vm)
{
    for (uint32_t i = 0; i < vm->run_count; i++) {
        const struct script_run *run = &vm->runs[i];
        memcpy(vm->memory + run->begin, vm->image + run->begin, run->end - run->begin);
    }
    vm->used = vm->image_size;
    vm->newest = NULL;
}

bool script_vm_call(struct script_vm *vm, lua_CFunction function, void *context, char *fault,
                    size_t fault_size)
{
    vm->budget = SCRIPT_INSTRUCTIONS;
    vm->refused = false;
    vm->context = context;
    const int status = lua_cpcall(vm->lua, function, NULL);
    vm->context = NULL;
    if (status == 0) {
        return true;
    }
    if (vm->refused) {
        snprintf(fault, fault_size, "%smore memory than one go may take: %u KB, %u KB in one piece",
                 vm->refused_at, SCRIPT_STEP_SIZE >> 10, SCRIPT_PIECE_SIZE >> 10);
    } else {
        const bool text = lua_type(vm->lua, -1) == LUA_TSTRING;
        snprintf(fault, fault_size, "%s", text ? lua_tostring(vm->lua, -1) : "an error of no text");
    }
    return false;
}
