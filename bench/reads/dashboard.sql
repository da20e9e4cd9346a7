-- $1 district, $2 learner
select json_build_object('data', json_build_object('learner', (
  select json_build_object(
    'displayName', coalesce(nullif(p.preferred_first_name, ''), p.given_name) || ' '
                     || coalesce(nullif(p.preferred_last_name, ''), p.family_name),
    'grade', p.grades[1],
    'school', (
      select json_build_object('name', s.name, 'cohort', (
               select json_build_object('name', c.name, 'phase', case
                        when current_date < c.begins_on then 'PLANNED'
                        when current_date < c.launches_on then 'PLANNING'
                        when current_date < c.ends_on then 'IMPLEMENTING'
                        else 'SUSTAINING' end)
                 from bench.placement a
                 join bench.cohort c on c.district_id = a.district_id and c.id = a.cohort_id
                where a.district_id = s.district_id and a.school_id = s.id and a.state = 'active'
                limit 1))
        from school_enrollment e
        join org s on s.district_id = e.district_id and s.id = e.school_id
       where e.district_id = p.district_id and e.learner_id = p.id and e.state = 'active'
       order by e.is_primary desc, e.school_id
       limit 1),
    'classes', (
      select json_agg(json_build_object('title', c.title, 'teachers', (
               select json_agg(json_build_object('displayName', t.given_name || ' ' || t.family_name)
                               order by t.family_name, t.given_name, t.id)
                 from enrollment i
                 join person t on t.district_id = i.district_id and t.source = i.source and t.sourced_id = i.person_sourced_id
                where i.district_id = c.district_id and i.source = c.source and i.class_sourced_id = c.sourced_id
                  and i.role = 'teacher' and i.status = 'active' and t.status = 'active'))
                      order by c.title, c.id)
        from enrollment e
        join class c on c.district_id = e.district_id and c.source = e.source and c.sourced_id = e.class_sourced_id
       where e.district_id = p.district_id and e.source = p.source and e.person_sourced_id = p.sourced_id
         and e.role = 'student' and e.status = 'active' and c.status = 'active'),
    'mastery', json_build_object('edges', (
      select json_agg(json_build_object('node', json_build_object(
               'competency', json_build_object('code', m.code, 'statement', m.statement),
               'state', m.state, 'level', m.level, 'score', m.score, 'asOf', m.as_of)))
        from (select k.code, k.statement, h.state, h.level, h.score, h.as_of
                from mastery h
                join competency k on k.district_id = h.district_id and k.id = h.competency_id
               where h.district_id = p.district_id and h.learner_id = p.id and h.evidence_count > 0
               order by k.framework_id, k.position, k.id
               limit 20) m)),
    'evidence', json_build_object('edges', (
      select json_agg(json_build_object('node', json_build_object(
               'occurredAt', v.occurred_at, 'title', v.title, 'score', v.score,
               'competency', json_build_object('code', v.code))))
        from (select x.occurred_at, x.title, x.score, k.code
                from evidence x
                join competency k on k.district_id = x.district_id and k.id = x.competency_id
               where x.district_id = p.district_id and x.learner_id = p.id and x.state = 'active'
               order by x.occurred_at desc, x.id desc
               limit 5) v)),
    'suggestedResources', json_build_object('edges', (
      select json_agg(json_build_object('node', json_build_object(
               'reasons', json_build_array(g.reason), 'resource', json_build_object('title', g.title, 'url', g.url)))
                      order by g.turn, g.place)
        from (select *
                from (select distinct on (r.id) r.title, r.url, n.place, r.turn,
                             case n.state when 'DEVELOPING' then 'On the way: ' else 'More evidence would show it: ' end
                               || n.code as reason
                        from (select k.identifier, k.code, h.state, row_number() over (order by h.score, k.id) as place
                                from mastery h
                                join competency k on k.district_id = h.district_id and k.id = h.competency_id
                               where h.district_id = p.district_id and h.learner_id = p.id
                                 and h.state in ('INSUFFICIENT_EVIDENCE', 'DEVELOPING') and k.state = 'active'
                               order by h.score, k.id
                               limit 3) n
                       cross join lateral (
                             select o.id, o.title, o.url, row_number() over (order by o.id) as turn
                               from bench.alignment a
                               join bench.resource o on o.district_id = a.district_id and o.id = a.resource_id
                              where a.district_id = p.district_id and a.identifier = n.identifier
                              order by o.id
                              limit 3) r
                       order by r.id, r.turn, n.place) u
               order by u.turn, u.place
               limit 3) g)))
    from person p
   where p.district_id = $1::uuid and p.id = $2::uuid)))
