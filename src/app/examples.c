/* SPDX-License-Identifier: MIT */
#include "app/examples.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *command, *lines;
} rows[] = {
    {"run", "  cuttle run\n"
            "  cuttle run --state state-kraken --venue kraken --pairs \"BTC/USD ETH/USD\"\n"
            "  cuttle run --state state-2024 --market replay --store data --from 2024-08-01 "
            "--speed 600\n"
            "  cuttle run --config live.yaml --live\n"},
    {"top", "  cuttle top --state /var/lib/cuttle\n"
            "  cuttle top --url https://bot.example:8080 --key-file ~/.cuttle-key\n"},
    {"status", "  cuttle status --state /var/lib/cuttle\n"
               "  cuttle status --json | jq -r .equity\n"},
    {"positions", "  cuttle positions --state /var/lib/cuttle\n"
                  "  cuttle positions --json | jq -r '.[].pair'\n"},
    {"trades", "  cuttle trades --limit 20\n"
               "  cuttle trades --json --limit 1000 | jq -r '.trades[].pnl'\n"},
    {"pause", "  cuttle pause --state /var/lib/cuttle\n"},
    {"resume", "  cuttle resume --state /var/lib/cuttle\n"},
    {"close-all", "  cuttle close-all\n"
                  "  cuttle close-all --yes --url https://bot.example:8080 --key-file key\n"},
    {"ctl", "  cuttle ctl buy BTC/USD --cash 500 --stop 61000 --target 68000\n"
            "  cuttle ctl sell BTC/USD --quantity 0.005\n"
            "  cuttle ctl bracket BTC/USD --stop 62000\n"
            "  cuttle ctl strategy trend shadow\n"
            "  cuttle ctl limit max_positions 3\n"
            "  cuttle ctl link\n"},
    {"why", "  cuttle why\n"
            "  cuttle why BTC/USD --state /var/lib/cuttle\n"},
    {"explain", "  cuttle explain\n"
                "  cuttle explain last\n"
                "  cuttle explain 15 --json\n"},
    {"analyse", "  cuttle analyse state-2024 --html reports/state-2024\n"
                "  cuttle analyse --trades trades.csv --by weekday --from 2024-01-01\n"},
    {"exchange",
     "  cuttle exchange --port 4711 --pairs \"BTC/USD ETH/USD\" --speed 60\n"
     "  cuttle exchange --market replay --store data --from 2024-08-05 --profile real\n"},
    {"data", "  cuttle data download --pairs \"BTC/USD ETH/USD\" --timeframe 5m --from 2024-08-01\n"
             "  cuttle data import Kraken_OHLCVT.zip --pairs \"BTC/USD ETH/USD\" --timeframe 5m\n"
             "  cuttle data check --picture check.html\n"
             "  cuttle data export BTC/USD 5m --start 2024-08-01 --end 2024-08-02 --out day.csv\n"
             "  cuttle data resample BTC/USD 5m 1h\n"},
    {"backtest",
     "  cuttle backtest --start 2024-07-01 --end 2024-10-01 --timeframe 1h\n"
     "  cuttle backtest --pair BTC/USD --strategy sma_cross --set sma_period=50 --json\n"
     "  cuttle backtest --synthetic 42 --pair BTC/USD --start 2024-01-01 --end 2024-02-01\n"},
    {"search", "  cuttle search --pair BTC/USD --strategy sma_cross --timeframe 1h --space "
               "sma_period=10..200:10\n"
               "  cuttle search --resume NAME --workers 2\n"
               "  cuttle search --resume NAME --apply cuttle.yaml\n"},
    {"walkforward", "  cuttle walkforward --pair BTC/USD --strategy sma_cross --timeframe 1h \\\n"
                    "      --space sma_period=10..200:10 --train 60d --test 30d\n"},
    {"montecarlo",
     "  cuttle montecarlo --pair BTC/USD --strategy trend --timeframe 1h --jitter 50\n"
     "  cuttle montecarlo --runs 10000 --ruin 0.7 --json\n"},
    {"learn", "  cuttle learn --from 2022-01-01 --timeframe 1h\n"
              "  cuttle learn --timeframe 1h --keep --state state\n"
              "  cuttle learn report\n"},
    {"check", "  cuttle check lookahead --pair BTC/USD --timeframe 1h\n"
              "  cuttle check warmup --tolerance 0.001\n"
              "  cuttle check repeat --json\n"},
    {"models", "  cuttle models\n"
               "  cuttle models show current\n"
               "  cuttle models promote 3f9a1c --why \"better in May\"\n"
               "  cuttle models rollback\n"},
    {"indicator", "  cuttle indicator rsi:14 bb:20:2 macd:12:26:9 KRAKEN_BTCUSD_5m.csv.gz\n"},
    {"universe", "  cuttle universe --venue kraken --chosen\n"
                 "  cuttle universe --venue kraken --set universe.count=50 --json\n"},
    {"doctor", "  cuttle doctor --state live --venue kraken\n"
               "  cuttle doctor --config live.yaml --probe\n"},
    {"stress", "  cuttle stress --quick\n"
               "  cuttle stress --hours 72 --interval 10 --out report.html\n"
               "  cuttle stress --url https://bot.example:8080 --key-file ~/.cuttle-key --json\n"},
    {"alarm", "  cuttle alarm test --set alarm.webhook=https://ntfy.example/cuttle\n"
              "  cuttle alarm list --limit 50 --json\n"},
    {"bench", "  cuttle bench kraken. order.\n"
              "  cuttle bench --json > bench.json\n"},
    {"replay", "  cuttle replay state\n"},
    {"drift", "  cuttle drift state-2024\n"
              "  cuttle drift state-2024 --store data --set paper.slippage=0.0002\n"},
    {"backup", "  cuttle backup --state /var/lib/cuttle /backup/cuttle-2026-11-21\n"},
    {"vault", "  cuttle vault set kraken.key --state live\n"
              "  cuttle vault check --state live --passphrase-file passphrase\n"},
    {"key", "  cuttle key add phone --read-only --state /var/lib/cuttle\n"
            "  cuttle key list\n"
            "  cuttle key remove phone\n"},
    {"config", "  cuttle config show --mode paper\n"
               "  cuttle config check --config live.yaml\n"
               "  cuttle config reference > options.md\n"},
};

const char *examples_of(const char *command)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].command, command) == 0) {
            return rows[i].lines;
        }
    }
    return NULL;
}
