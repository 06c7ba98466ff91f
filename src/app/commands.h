/* SPDX-License-Identifier: MIT */
/*
 * The commands of cuttle, one file each: `cuttle NAME ...` calls command_NAME with argv[0] = NAME.
 * Each prints its own help for --help and returns the exit status.
 */
#pragma once

typedef int command_function(int argc, char **argv);

command_function command_alarm;
command_function command_analyse;
command_function command_backtest;
command_function command_backup;
command_function command_bench;
command_function command_check;
command_function command_config;
command_function command_ctl;
command_function command_data;
command_function command_doctor;
command_function command_drift;
command_function command_exchange;
command_function command_explain;
command_function command_indicator;
command_function command_key;
command_function command_learn;
command_function command_models;
command_function command_montecarlo;
command_function command_own; /* status, positions, trades, pause, resume, close-all: ctl.h */
command_function command_replay;
command_function command_run;
command_function command_search;
command_function command_stress;
command_function command_top;
command_function command_universe;
command_function command_vault;
command_function command_walkforward;
command_function command_why;
