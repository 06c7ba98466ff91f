/* SPDX-License-Identifier: MIT */
/*
 * XGBoost's calls, found in its library at the first asking. It is not linked, so that a process
 * that trains nothing does not carry it, and cuttle runs where it is not installed.
 */
#pragma once

#include <stddef.h>
#include <xgboost/c_api.h>

#define BOOSTER_CALLS(CALL)                                                                        \
    CALL(XGBGetLastError)                                                                          \
    CALL(XGBSetGlobalConfig)                                                                       \
    CALL(XGDMatrixCreateFromMat)                                                                   \
    CALL(XGDMatrixSetFloatInfo)                                                                    \
    CALL(XGDMatrixFree)                                                                            \
    CALL(XGBoosterCreate)                                                                          \
    CALL(XGBoosterFree)                                                                            \
    CALL(XGBoosterSetParam)                                                                        \
    CALL(XGBoosterUpdateOneIter)                                                                   \
    CALL(XGBoosterBoostOneIter)                                                                    \
    CALL(XGBoosterPredictFromDMatrix)                                                              \
    CALL(XGBoosterSaveModelToBuffer)

struct booster_library {
#define BOOSTER_MEMBER(name) __typeof__(&name) name;
    BOOSTER_CALLS(BOOSTER_MEMBER)
#undef BOOSTER_MEMBER
};

/* 0; -ENOENT with what to install. What was found stays until the process ends. */
int booster_library_find(const struct booster_library **ret, char *error, size_t error_size);

/* What XGBoost says of the call that has just failed in this thread: its first line, because a
 * stack follows. Returns -EIO. */
int booster_library_fail(const struct booster_library *library, const char *what, char *error,
                         size_t error_size);
