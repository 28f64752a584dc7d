-- needs: ratings
-- The latest rating of each rater, for each member of a group, averaged, with the lowest and the highest: us beside each competitor, criterion by criterion.
WITH latest AS (
    SELECT criterion, coalesce(competitor, '') AS rated, score
    FROM last_ratings
    WHERE account_id = $account_id AND criterion <> 'stage'
)
SELECT criterion, rated, avg(score) AS points, min(score) AS low, max(score) AS high, count(*) AS raters
FROM latest
GROUP BY criterion, rated
ORDER BY criterion, rated <> '', rated
