/** The most calls that a model is given at a time while it tells no limits. */
export const MOST_SLOTS = 64;

/**
 * ARGV per bucket its limit per minute and what is left of it ('' for what isn't told)
 * → 1. A limit is adopted as it is told, a level only downward: the endpoint knows of calls that nobody here has made.
 */
export const learnLimits = `
refill()
s.untold = nil
for i, bucket in ipairs(buckets) do
  local limit, left = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  if limit and limit > 0 then
    s[bucket .. 'Told'] = 1
    if adopt(bucket, limit) then
      -- Those under way besides the one that tells may not have reached the endpoint.
      local others = 0
      for index, other in ipairs(redis.call('ZRANGE', KEYS[3], 0, ${MOST_SLOTS})) do
        if index > 1 then others = others + costs(other)[bucket] end
      end
      s[bucket .. 'Level'] = capacity(bucket) - others
    end
    if left then
      local rounded = bucket == 'requests' and 0 or 500
      s[bucket .. 'Level'] = math.min(s[bucket .. 'Level'], left + rounded)
    end
  end
end
fit()
if isKnown() and s.slow then s.slots, s.slow = nil, nil end
save()
return 1
`;
