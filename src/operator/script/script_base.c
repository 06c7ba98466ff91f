/* SPDX-License-Identifier: MIT */
/*
 * What a script has of Lua's own library: mathematics without chance, and ours of `pairs`,
 * `tostring` and the few others that LuaJIT's would let it see an address, an order of hashes, or
 * run where no instruction is counted.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <string.h>

#include "operator/script/script_inside.h"

/* A key of a table, to be put in order: numbers, then texts, then truths. */
struct key {
    int kind;
    double number;
    const char *text;
    size_t len;
};

_Static_assert(sizeof(struct key) <= SCRIPT_KEY_SIZE, "the machine has room for the keys");

static bool before(const struct key *a, const struct key *b)
{
    if (a->kind != b->kind) {
        return a->kind < b->kind;
    }
    if (a->text == NULL) {
        return a->number < b->number;
    }
    const int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
    return order != 0 ? order < 0 : a->len < b->len;
}

/* Heapsort (J. W. J. Williams, 1964): no worst case, and no memory. */
static void sift(struct key *keys, size_t root, size_t count)
{
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        child += child + 1 < count && before(&keys[child], &keys[child + 1]);
        if (!before(&keys[root], &keys[child])) {
            return;
        }
        const struct key swapped = keys[root];
        keys[root] = keys[child];
        keys[child] = swapped;
    }
}

static void sort(struct key *keys, size_t count)
{
    for (size_t i = count / 2; i-- > 0;) {
        sift(keys, i, count);
    }
    for (size_t end = count; end-- > 1;) {
        const struct key last = keys[end];
        keys[end] = keys[0];
        keys[0] = last;
        sift(keys, 0, end);
    }
}

/* As many instructions as sorting so many takes the time of, and more. */
static int64_t work_of(size_t count)
{
    int64_t levels = 1;
    for (size_t n = count; n > 1; n /= 2) {
        levels++;
    }
    return (int64_t)count * levels * 4;
}

static struct key key_at(lua_State *lua, int index)
{
    struct key key = {.kind = 0};
    if (lua_type(lua, index) == LUA_TNUMBER) {
        key.number = lua_tonumber(lua, index);
    } else if (lua_type(lua, index) == LUA_TSTRING) {
        key.kind = 1;
        key.text = lua_tolstring(lua, index, &key.len);
    } else if (lua_type(lua, index) == LUA_TBOOLEAN) {
        key.kind = 2;
        key.number = lua_toboolean(lua, index);
    } else {
        luaL_error(lua, "pairs: a %s as a key: it has no order", luaL_typename(lua, index));
    }
    return key;
}

static void push_key(lua_State *lua, const struct key *key)
{
    if (key->kind == 0) {
        lua_pushnumber(lua, key->number);
    } else if (key->kind == 1) {
        lua_pushlstring(lua, key->text, key->len);
    } else {
        lua_pushboolean(lua, key->number != 0);
    }
}

/* Upvalues: the keys in order, how many were given. Called with the table. */
static int next_pair(lua_State *lua)
{
    for (;;) {
        const int at = (int)lua_tointeger(lua, lua_upvalueindex(2)) + 1;
        lua_pushinteger(lua, at);
        lua_replace(lua, lua_upvalueindex(2));
        lua_rawgeti(lua, lua_upvalueindex(1), at);
        if (lua_isnil(lua, -1)) {
            return 1;
        }
        lua_pushvalue(lua, -1);
        lua_rawget(lua, 1);
        if (!lua_isnil(lua, -1)) {
            return 2;
        }
        lua_pop(lua, 2); /* taken away on the walk */
        script_vm_charge(lua, 1);
    }
}

static int base_pairs(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    struct key *keys = script_vm_of(lua)->keys;
    size_t count = 0;
    lua_pushnil(lua);
    while (lua_next(lua, 1) != 0) {
        lua_pop(lua, 1);
        if (count == SCRIPT_KEY_MAX) {
            luaL_error(lua, "pairs: more than %d keys", SCRIPT_KEY_MAX);
        }
        keys[count++] = key_at(lua, -1);
    }
    script_vm_charge(lua, work_of(count));
    sort(keys, count);
    lua_createtable(lua, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_key(lua, &keys[i]);
        lua_rawseti(lua, -2, (int)i + 1);
    }
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, next_pair, 2);
    lua_pushvalue(lua, 1);
    return 2;
}

static int next_index(lua_State *lua)
{
    const int at = (int)luaL_checkinteger(lua, 2) + 1;
    lua_pushinteger(lua, at);
    lua_rawgeti(lua, 1, at);
    return lua_isnil(lua, -1) ? 1 : 2;
}

static int base_ipairs(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_pushcfunction(lua, next_index);
    lua_pushvalue(lua, 1);
    lua_pushinteger(lua, 0);
    return 3;
}

static int base_type(lua_State *lua)
{
    luaL_checkany(lua, 1);
    lua_pushstring(lua, luaL_typename(lua, 1));
    return 1;
}

/* Of what has an address, its type alone. */
static int base_tostring(lua_State *lua)
{
    luaL_checkany(lua, 1);
    const int type = lua_type(lua, 1);
    if (type == LUA_TNUMBER || type == LUA_TSTRING) {
        lua_pushvalue(lua, 1);
        lua_tostring(lua, -1);
    } else if (type == LUA_TBOOLEAN) {
        lua_pushstring(lua, lua_toboolean(lua, 1) ? "true" : "false");
    } else {
        lua_pushstring(lua, luaL_typename(lua, 1));
    }
    return 1;
}

static int base_error(lua_State *lua)
{
    return luaL_error(lua, "%s", luaL_checkstring(lua, 1));
}

static int base_assert(lua_State *lua)
{
    luaL_checkany(lua, 1);
    if (!lua_toboolean(lua, 1)) {
        luaL_error(lua, "%s", luaL_optstring(lua, 2, "assertion failed!"));
    }
    return lua_gettop(lua);
}

/* Of numbers, ascending. */
static int base_sort(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    struct key *keys = script_vm_of(lua)->keys;
    const size_t count = lua_objlen(lua, 1);
    if (count > SCRIPT_KEY_MAX) {
        luaL_error(lua, "sort: more than %d numbers", SCRIPT_KEY_MAX);
    }
    script_vm_charge(lua, work_of(count));
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(lua, 1, (int)i + 1);
        const double number = lua_type(lua, -1) == LUA_TNUMBER ? lua_tonumber(lua, -1) : NAN;
        if (isnan(number)) {
            luaL_error(lua, "sort: element %d is no number", (int)i + 1);
        }
        keys[i] = (struct key){.number = number};
        lua_pop(lua, 1);
    }
    sort(keys, count);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(lua, keys[i].number);
        lua_rawseti(lua, 1, (int)i + 1);
    }
    return 0;
}

void script_base_open(lua_State *lua)
{
    static const luaL_Reg functions[] = {
        {"pairs", base_pairs},       {"ipairs", base_ipairs}, {"type", base_type},
        {"tostring", base_tostring}, {"error", base_error},   {"assert", base_assert},
        {"sort", base_sort},
    };
    lua_pushcfunction(lua, luaopen_math);
    lua_pushstring(lua, LUA_MATHLIBNAME);
    lua_call(lua, 1, 0);
    lua_getglobal(lua, LUA_MATHLIBNAME);
    /* Chance; and a name of old that not every LuaJIT has. */
    static const char *const left_out[] = {"random", "randomseed", "mod"};
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        lua_pushnil(lua);
        lua_setfield(lua, -2, left_out[i]);
    }
    lua_pop(lua, 1);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        lua_pushcfunction(lua, functions[i].func);
        lua_setglobal(lua, functions[i].name);
    }
}
