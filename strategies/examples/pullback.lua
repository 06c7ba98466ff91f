-- A pullback in a rising market: on the larger timeframe the price stands above its average, on
-- ours RSI has been oversold, and the first candle that closes above the high of the one before it
-- is bought. It remembers how many candles ago RSI was oversold, and when it last spoke.

local NEVER = 1000 -- candles: longer ago than any pullback

local function step(p, state)
    if state.known == 0 then -- notes begin at zero
        state.known, state.since_oversold = 1, NEVER
    end
    state.since_oversold = now("rsi") < p.oversold and 0 or state.since_oversold + 1

    local rising = close(0) > now("trend")
    local turned = close(0) > high(1)
    if not (rising and turned) or state.since_oversold > p.patience then
        return nil
    end
    local since = state.since_oversold
    state.since_oversold = NEVER -- once per pullback

    -- A stop below the lowest low of the pullback, a target as many times as far away.
    local _, lowest = now("range")
    local risk = math.max(close(0) - lowest, now("atr"))
    local stop, target = place(1, close(0), risk, p.reward * risk)
    return {
        direction = "long",
        strength = 0.4 + 0.4 * way(since, p.patience + 1, 0),
        confidence = 0.5 + 0.3 * way(now("rsi"), 70, 40),
        stop = stop,
        target = target,
        hold = p.hold,
        figures = {now("rsi"), lowest, since},
    }
end

return {
    help = "buys the turn of a pullback in a rising market",
    timeframe = "15m",
    parameters = {
        {name = "oversold", default = 35, min = 5, max = 50, help = "RSI below this is a pullback"},
        {name = "patience", default = 6, whole = true, min = 1, max = 50, unit = "candles",
         help = "so long after RSI was oversold the turn is still waited for"},
        {name = "reward", default = 2, min = 0.5, max = 10, unit = "times the risk",
         help = "where the target stands"},
        {name = "hold", default = "24h", min = 0, max = 2592000,
         help = "the trade ends after so long; 0: never"},
    },
    indicators = {
        rsi = {"rsi", 14},
        atr = {"atr", 14},
        range = {"extremes", 10},
        trend = {"ema", 20, timeframe = "1h"},
    },
    notes = {"known", "since_oversold"},
    check = function(p)
        if p.reward * 1.0 < 1 and p.patience > 20 then
            return "a reward below the risk needs a short patience: 20 candles at most"
        end
    end,
    step = step,
}
