/* SPDX-License-Identifier: MIT */
/*
 * SQLite on the faulty disk: a VFS of ours, which every database of this process then uses. One
 * connection at a time has a file, as the ledger is used, so locks always succeed. Its sectors and
 * what it promises of them are those of SQLite's own VFS on Linux.
 */
#pragma once

void sim_vfs_install(void);
