-- The close of a candle crosses its simple moving average: the built-in sma_cross, in Lua. Both
-- decide the same on every candle; a test holds them to it.

local SLOPE_FULL = 0.2 -- ATR a candle: a 20-period average moves so fast only in a steep market

local function step(p)
    local atr = now("atr")
    local sma, sma_before = now("sma"), before("sma")
    local direction = cross(close(1), sma_before, close(0), sma)
    if direction == 0 then
        return nil -- nothing to say
    end

    local distance = in_atr(direction * (close(0) - sma), atr)
    local slope = in_atr(direction * (sma - sma_before), atr)
    local stop, target = place_atr(direction, close(0), atr, p.stop_atr, p.target_atr)
    return {
        direction = direction,
        strength = 0.3 + 0.7 * clamp(distance, 0, 1),
        confidence = 0.5 + 0.4 * clamp(slope / SLOPE_FULL, -1, 1),
        stop = stop,
        target = target,
        figures = {sma, close(1), sma_before},
    }
end

return {
    help = "close crosses its moving average on a closed candle; ATR stop and target",
    timeframe = "5m",
    parameters = {
        {name = "sma_period", default = 20, whole = true, min = 2, max = 500, unit = "candles",
         help = "the average that the close must cross"},
        {name = "atr_period", default = 14, whole = true, min = 2, max = 200, unit = "candles",
         help = "the ATR that distances are measured by"},
        {name = "stop_atr", default = 2, min = 0.1, max = 20, unit = "ATR",
         help = "loss at the stop, fees included"},
        {name = "target_atr", default = 3, min = 0.1, max = 50, unit = "ATR",
         help = "gain at the target, after fees"},
    },
    indicators = {
        sma = {"sma", "sma_period"},
        atr = {"atr", "atr_period"},
    },
    step = step,
}
